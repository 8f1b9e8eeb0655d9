import HTTPTypes

/// What one parameter may be.
indirect enum SchemaNode: Sendable {
    case string
    case integer
    case boolean
    case number
    case decimal
    case anything
    case word([String])
    case array(SchemaNode)
    case map(SchemaNode)
    case object(fields: [String: SchemaNode], required: [String])
    case either([SchemaNode])
    case emptyable(SchemaNode)
    case named(String)

    /// Reads the shorthand of `operations.json`.
    init(_ shorthand: JSON) {
        switch shorthand {
        case .string(let text): self = SchemaNode(scalar: text)
        case .array(let words): self = .word(words.compactMap(\.stringValue))
        case .object(let object): self = SchemaNode(structure: object)
        default: self = .anything
        }
    }

    private init(scalar text: String) {
        switch text {
        case "s": self = .string
        case "i": self = .integer
        case "b": self = .boolean
        case "n": self = .number
        case "d": self = .decimal
        case _ where text.hasPrefix("#"): self = .named(String(text.dropFirst()))
        default: self = .anything
        }
    }

    private init(structure object: JSONObject) {
        if let element = object["[]"] {
            self = .array(SchemaNode(element))
        } else if let value = object["{}"] {
            self = .map(SchemaNode(value))
        } else if let options = object["|"]?.arrayValue {
            self = .either(options.map { SchemaNode($0) })
        } else if let value = object["?"] {
            self = .emptyable(SchemaNode(value))
        } else {
            var fields: [String: SchemaNode] = [:]
            var required: [String] = []
            for (key, value) in object {
                let isRequired = key.hasSuffix("!")
                let name = isRequired ? String(key.dropLast()) : key
                fields[name] = SchemaNode(value)
                if isRequired { required.append(name) }
            }
            self = .object(fields: fields, required: required)
        }
    }
}
