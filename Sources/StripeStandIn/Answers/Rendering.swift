import HTTPTypes

/// Turns an answer into the JSON that is sent: hidden fields out, expanded objects in, lists cut into pages.
struct Rendering {
    /// The call that is answered.
    let call: Call

    /// A path to expand as a tree: `latest_invoice.payments` and `latest_invoice.customer` share their first step.
    private struct Tree {
        var children: [(name: String, tree: Tree)] = []

        mutating func add(_ steps: ArraySlice<Substring>) {
            guard let first = steps.first else { return }
            let name = String(first)
            if let index = children.firstIndex(where: { $0.name == name }) {
                children[index].tree.add(steps.dropFirst())
            } else {
                var tree = Tree()
                tree.add(steps.dropFirst())
                children.append((name, tree))
            }
        }
    }

    /// The JSON of an answer.
    func render(_ answer: Answer) throws(Refusal) -> JSON {
        var tree = Tree()
        for path in call.params.list("expand").compactMap(\.stringValue) {
            let steps = path.split(separator: ".")
            guard steps.count <= 4 else {
                throw .invalid(
                    "You cannot expand more than 4 levels of a property, but you tried: \(path)", param: "expand")
            }
            tree.add(steps[...])
        }
        switch answer {
        case .object(let object): return .object(try render(object, tree))
        case .deleted(let object):
            return ["id": .string(object.id), "object": .string(object.kind), "deleted": true]
        case .search(let objects):
            let page = try TokenPage(call.params).cut(objects)
            let inner = tree.children.first { $0.name == "data" }?.tree ?? Tree()
            var data: [JSON] = []
            for object in page.objects { data.append(.object(try render(object, inner))) }
            return [
                "object": "search_result", "data": .array(data), "has_more": .bool(page.next != nil),
                "next_page": .of(page.next), "url": .string(call.url),
            ]
        case .page(let objects):
            let page = try TokenPage(call.params).cut(objects)
            return [
                "data": .array(page.objects.map { .object($0.visible) }),
                "next_page_url": .of(page.next.map { TokenPage.url(call, $0) }),
                "previous_page_url": .of(page.previous.map { TokenPage.url(call, $0) }),
            ]
        case .list(let objects):
            let (page, hasMore) = try ListPage(call.params).cut(objects)
            let inner = tree.children.first { $0.name == "data" }?.tree ?? Tree()
            var data: [JSON] = []
            for object in page { data.append(.object(try render(object, inner))) }
            return ["object": "list", "data": .array(data), "has_more": .bool(hasMore), "url": .string(call.url)]
        }
    }

    private func render(_ object: JSONObject, _ tree: Tree) throws(Refusal) -> JSONObject {
        var visible = object.visible
        // Stripe holds paths against the type, not the object: what a deleted one no longer has is no mistake.
        if visible["deleted"] == true { return visible }
        for (name, inner) in tree.children {
            if let included = Includable.value(name, of: object, in: call.books) {
                visible[name] = try expand(included, name, inner)
            } else if visible[name] != nil, let value = object[name] {
                visible[name] = try expand(value, name, inner)
            } else if !Includable.isKnown(name, of: object.kind) {
                throw .invalid(
                    "This property cannot be expanded (\(name)).", param: "expand")
            }
        }
        return visible
    }

    private func expand(_ value: JSON, _ name: String, _ tree: Tree) throws(Refusal) -> JSON {
        switch value {
        case .null: return .null
        case .string(let id):
            if let found = call.books.find(id) { return .object(try render(found, tree)) }
            if let account = call.world.accounts[id] { return .object(try render(account.document, tree)) }
            throw .invalid("This property cannot be expanded (\(name)).", param: "expand")
        case .array(let list):
            var expanded: [JSON] = []
            for element in list { expanded.append(try expand(element, name, tree)) }
            return .array(expanded)
        case .object(let object): return .object(try render(object, tree))
        default: throw .invalid("This property cannot be expanded (\(name)).", param: "expand")
        }
    }
}
