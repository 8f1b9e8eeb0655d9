/// Writing `application/x-www-form-urlencoded`, the form in which Stripe takes parameters.
public enum FormEncoding {
    /// Joins names and values in the order given; the same pairs always give the same bytes. Brackets in names stay as
    /// they are, as Stripe's own SDKs send them.
    public static func encode(_ fields: [(String, String)]) -> String {
        fields.map { "\(encodeName($0.0))=\(PercentEncoding.encodeForm($0.1))" }.joined(separator: "&")
    }

    private static func encodeName(_ name: String) -> String {
        var encoded = ""
        var part = ""
        for scalar in name.unicodeScalars {
            if scalar == "[" || scalar == "]" {
                encoded += PercentEncoding.encodeForm(part)
                encoded.unicodeScalars.append(scalar)
                part = ""
            } else {
                part.unicodeScalars.append(scalar)
            }
        }
        return encoded + PercentEncoding.encodeForm(part)
    }
}
