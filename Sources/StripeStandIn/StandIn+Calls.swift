import Crypto
import Daemon
import HTTPServer
import HTTPTypes

/// One call of Stripe's API, from the key to the answer.
extension StandIn {
    /// A call that was let in: key, operation and parameters are good.
    private struct Admitted {
        let call: Call
        let operation: Operation
        let key: String?
        let fingerprint: String
    }

    /// Answers a call; what goes wrong on the way is Stripe's error body.
    func answerCall(_ request: Request) async -> Response {
        var entry = CallEntry(request, now: world.now)
        let response = await answerCall(request, entry: &entry)
        entry.finish(response)
        world.log.add(entry.json)
        return response
    }

    private func answerCall(_ request: Request, entry: inout CallEntry) async -> Response {
        do {
            let admitted = try admit(request, entry: &entry)
            let fault =
                request.headers["Stand-In-Fault"].flatMap(Fault.init(header:))
                ?? world.faults.take(
                    method: request.method.rawValue, path: request.path, account: admitted.call.account.id)
            entry.fault = fault?.kind.rawValue
            return try await answer(request, admitted, fault: fault, entry: &entry)
        } catch let refusal as Refusal {
            entry.error = refusal.code ?? refusal.type
            return reply(refusal, to: request)
        } catch {
            return reply(Refusal(status: 500, type: "api_error", message: "\(error)"), to: request)
        }
    }

    private func answer(
        _ request: Request, _ admitted: Admitted, fault: Fault?, entry: inout CallEntry
    ) async throws -> Response {
        let books = admitted.call.books
        if let early = try FaultAnswers.before(fault) { return early }
        if let key = admitted.key {
            let verdict = try Idempotency.look(
                key, fingerprint: admitted.fingerprint, path: request.path, in: books)
            if case .replay(let kept, let original) = verdict {
                entry.isReplay = true
                return FaultAnswers.after(fault, replay(kept, original: original, key: key))
            }
        }
        let params = try read(admitted)
        if let fault, fault.kind == .slow {
            hold(admitted, request)
            try? await Task.sleep(for: .milliseconds(fault.milliseconds))
        }
        Engine(books: books, account: admitted.call.account).passTime()
        world.cause = Cause(request: request.id, idempotencyKey: admitted.key)
        defer { world.cause = .clock }
        var response: Response
        do {
            if fault?.kind == .errorBeforeEffect { throw FaultAnswers.internalError }
            let call = Call(
                world: world, account: admitted.call.account, caller: admitted.call.caller, books: books,
                params: params,
                path: admitted.call.path, url: request.path)
            let answer = try admitted.operation.perform(call)
            world.isDirty = true
            if fault?.kind == .errorAfterEffect { throw FaultAnswers.internalError }
            let json = try Rendering(call: call).render(answer)
            entry.object = json.objectValue?.text("id")
            response = Response(.ok, headers: headers(key: admitted.key), body: json.serialize())
        } catch let refusal as Refusal {
            entry.error = refusal.code ?? refusal.type
            response = reply(refusal, to: request)
            guard refusal.isStored else {
                if let key = admitted.key { books.answers[key] = nil }
                return response
            }
        }
        keep(response, admitted, request)
        world.cause = .clock
        if fault?.kind == .slowAnswer {
            try? await Task.sleep(for: .milliseconds(fault?.milliseconds ?? 0))
        }
        return FaultAnswers.after(fault, response)
    }

    private static let jsonHeaders = HTTPHeaders([("Content-Type", "application/json")])

    // MARK: Admission

    private func admit(_ request: Request, entry: inout CallEntry) throws(Refusal) -> Admitted {
        let record = try Authentication(world: world).authenticate(request.headers)
        let caller = world.account(record.account)
        // v2 names the account as context.
        let named = request.headers["Stripe-Account"] ?? request.headers["Stripe-Context"]
        let account = try Access(world: world).account(named, caller: caller, key: record)
        entry.identify(record, account: account.id)
        try Access.checkVersion(request.headers["Stripe-Version"], pinned: world.schema.version)
        let method = request.method.rawValue
        guard let (operation, ids) = OperationTable.all.find(method, request.path) else {
            throw .unknownPath(method, request.path)
        }
        let books = account.books(isLive: record.isLive)
        try Access(world: world).checkRoom(method, books: books)
        try Access(world: world).checkRate(
            operation.name, books: books, isOnBehalf: account.id != caller.id)
        try Access.checkPermission(operation, record: record, account: account.id)
        let form = try CallParameters.form(of: request)
        entry.params = form
        let call = Call(
            world: world, account: account, caller: caller, books: books, params: form, path: ids)
        // Stripe looks at the key of POSTs only.
        let key = request.method == .post ? request.headers["Idempotency-Key"].flatMap { $0.isEmpty ? nil : $0 } : nil
        return Admitted(
            call: call, operation: operation, key: key,
            fingerprint: "\(method) \(request.path) \(CallParameters.fingerprint(form))")
    }

    private func read(_ admitted: Admitted) throws(Refusal) -> JSONObject {
        guard let node = world.schema.operations[admitted.operation.name] else {
            preconditionFailure("\(admitted.operation.name) is served but not in the schema")
        }
        return try ParameterReader(schema: world.schema).read(admitted.call.params, as: node)
    }

    // MARK: Idempotency

    /// Marks the key as in use while the call is slow.
    private func hold(_ admitted: Admitted, _ request: Request) {
        guard let key = admitted.key else { return }
        admitted.call.books.answers[key] = StoredAnswer(
            fingerprint: admitted.fingerprint, path: request.path, moment: world.now, request: request.id)
    }

    private func keep(_ response: Response, _ admitted: Admitted, _ request: Request) {
        guard let key = admitted.key else { return }
        let books = admitted.call.books
        if books.answers.count > 0, books.answers.count % 10_000 == 0 { Idempotency.prune(books) }
        books.answers[key] = StoredAnswer(
            fingerprint: admitted.fingerprint, path: request.path, moment: world.now, request: request.id,
            answer: .init(status: response.status.rawValue, body: response.body))
    }

    private func replay(_ kept: StoredAnswer.Kept, original: String, key: String) -> Response {
        var headers = headers(key: key)
        headers["Idempotent-Replayed"] = "true"
        headers["Original-Request"] = original
        return Response(HTTPStatus(rawValue: kept.status), headers: headers, body: kept.body)
    }

    // MARK: Answers

    private func headers(key: String?) -> HTTPHeaders {
        var headers = Self.jsonHeaders
        headers["Stripe-Version"] = world.schema.version
        if let key { headers["Idempotency-Key"] = key }
        return headers
    }

    private func reply(_ refusal: Refusal, to request: Request) -> Response {
        var body = refusal.body
        if var error = body.objectValue?.object("error") {
            error["request_log_url"] = .string("https://dashboard.stripe.com/test/logs/\(request.id)")
            body = .object(["error": .object(error)])
        }
        var headers = Self.jsonHeaders
        headers["Stripe-Version"] = world.schema.version
        for (name, value) in refusal.headers { headers[name] = value }
        if headers["Stripe-Should-Retry"] == nil, refusal.status == 402 || refusal.status == 400 {
            headers["Stripe-Should-Retry"] = "false"
        }
        return Response(HTTPStatus(rawValue: refusal.status), headers: headers, body: body.serialize())
    }
}
