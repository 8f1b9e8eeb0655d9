import HTTPTypes

/// The limits of metadata and the way an update merges it.
enum Metadata {
    /// At most 50 keys of 40 characters with values of 500.
    static func check(_ given: JSONObject, at param: String) throws(Refusal) {
        var count = 0
        for (key, value) in given {
            count += 1
            if key.count > 40 {
                throw .invalid(
                    "Invalid metadata key: must be at most 40 characters, but '\(key.prefix(60))' is longer.",
                    param: param)
            }
            if (value.stringValue ?? "").count > 500 {
                throw .invalid(
                    "Metadata values can have up to 500 characters, but you passed in a value that is "
                        + "\((value.stringValue ?? "").count) characters. Invalid value: \(key)",
                    param: "\(param)[\(key)]")
            }
        }
        if count > 50 {
            throw .invalid("Metadata can have at most 50 keys, but you passed \(count).", param: param)
        }
    }

    /// Old metadata with the given keys set; an empty value removes its key, an empty string in place of the map all of
    /// them.
    static func merged(_ old: JSONObject?, with given: JSON?) -> JSONObject {
        guard let given else { return old ?? [:] }
        guard let changes = given.objectValue else { return [:] }
        var merged = old ?? [:]
        for (key, value) in changes {
            if value.stringValue == "" { merged.remove(key) } else { merged[key] = value }
        }
        return merged
    }
}
