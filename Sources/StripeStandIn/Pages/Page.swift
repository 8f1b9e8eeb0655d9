import HTTPServer
import HTTPTypes

/// HTML pages: plain, readable, everything foreign escaped.
enum Page {
    /// Text made safe for HTML.
    static func escape(_ text: String) -> String {
        var safe = ""
        for character in text {
            switch character {
            case "&": safe += "&amp;"
            case "<": safe += "&lt;"
            case ">": safe += "&gt;"
            case "\"": safe += "&quot;"
            case "'": safe += "&#39;"
            default: safe.append(character)
            }
        }
        return safe
    }

    /// A whole page; `body` is HTML.
    static func html(_ status: HTTPStatus = .ok, title: String, body: String) -> Response {
        let page = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8">\
            <meta name="viewport" content="width=device-width,initial-scale=1">
            <title>\(escape(title)) · stripe-stand-in</title>
            <style>
            body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem;color:#1a1f36}
            h1{font-size:1.4rem}label{display:block;margin:.8rem 0 .2rem}\
            input{font:inherit;padding:.4rem;width:100%;box-sizing:border-box}
            button{font:inherit;margin:1rem .5rem 0 0;padding:.5rem 1rem}.error{color:#b3093c;font-weight:600}
            table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.25rem .5rem;\
            border-bottom:1px solid #ddd}
            footer{margin-top:3rem;color:#697386;font-size:.85rem}
            </style></head><body>
            <h1>\(escape(title))</h1>
            \(body)
            <footer>This is stripe-stand-in. No money moves here.</footer>
            </body></html>
            """
        var response = Response.html(status, page)
        response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'"
        return response
    }

    /// Sends the browser elsewhere.
    static func redirect(_ url: String) -> Response {
        Response(.seeOther, headers: HTTPHeaders([("Location", url)]))
    }

    /// The fields a form sent.
    static func fields(of request: Request) -> [String: String] {
        var fields: [String: String] = [:]
        for (name, value) in FormFields.pairs(request.body) ?? [] { fields[name] = value }
        return fields
    }

    /// The test cards, as a hint below a card form.
    static let cards = """
        <p>Test cards:</p><table>
        <tr><td>4242 4242 4242 4242</td><td>works</td></tr>
        <tr><td>4000 0000 0000 0002</td><td>declined at once</td></tr>
        <tr><td>4000 0000 0000 0341</td><td>saves, declines when charged</td></tr>
        <tr><td>4000 0000 0000 9995</td><td>insufficient funds</td></tr>
        <tr><td>4000 0025 0000 3155</td><td>asks its owner when saved</td></tr>
        <tr><td>4000 0027 6000 3184</td><td>asks its owner every time</td></tr>
        </table>
        """

    /// The fields of a card form.
    static let cardFields = """
        <label for="card">Card number</label>\
        <input id="card" name="card" inputmode="numeric" autocomplete="cc-number" required>
        <label for="expiry">Expires (MM / YY)</label><input id="expiry" name="expiry" placeholder="12 / 34">
        <label for="cvc">Security code</label><input id="cvc" name="cvc" placeholder="123">
        """
}
