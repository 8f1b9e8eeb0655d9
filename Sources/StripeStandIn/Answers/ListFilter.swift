import HTTPTypes

/// The filters that lists have in common: equal fields and ranges of moments.
struct ListFilter {
    /// The parameters of the call.
    let params: JSONObject

    /// Objects whose fields are as the parameters of the same names say; absent parameters let all pass.
    func equal(_ objects: [JSONObject], _ names: String...) -> [JSONObject] {
        objects.filter { object in
            names.allSatisfy { name in
                guard let wanted = params[name] else { return true }
                return object[name] == wanted
            }
        }
    }

    /// Objects whose moment lies in the range of the parameter: a number, or `gt`, `gte`, `lt`, `lte`.
    func within(_ objects: [JSONObject], _ name: String = "created") throws(Refusal) -> [JSONObject] {
        guard let range = params[name] else { return objects }
        if let exact = range.integerValue { return objects.filter { $0.whole(name) == exact } }
        guard let bounds = range.objectValue else { throw .invalid("Invalid object", param: name) }
        return objects.filter { object in
            let moment = object.whole(name) ?? 0
            return moment > (bounds.whole("gt") ?? .min) && moment >= (bounds.whole("gte") ?? .min)
                && moment < (bounds.whole("lt") ?? .max) && moment <= (bounds.whole("lte") ?? .max)
        }
    }

    /// Objects on a test clock are in a list only when the list is of the clock, a customer or a subscription.
    func onClock(_ objects: [JSONObject]) -> [JSONObject] {
        if let clock = params.text("test_clock") { return objects.filter { $0.text("test_clock") == clock } }
        if params["customer"] != nil || params["subscription"] != nil { return objects }
        return objects.filter { $0.text("test_clock") == nil }
    }
}
