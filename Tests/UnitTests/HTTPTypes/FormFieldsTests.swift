import HTTPTypes
import Testing

struct FormFieldsTests {
    private func tree(_ form: String) -> JSON? {
        FormFields.pairs(Array(form.utf8)).flatMap(FormFields.tree).map(JSON.object)
    }

    @Test(arguments: [
        "a[", "a]", "a[b", "a[b]c", "a[b]]", "[a]=1", "a[[b]]=1", "=1", "a=1&a=2", "a=1&a[b]=2", "a[b]=1&a=2",
        "a[b]=1&a[b]=2",
        "a" + String(repeating: "[b]", count: 16) + "=1", "a=%", "a=%ff",
    ])
    func `names whose brackets make no tree are refused`(form: String) {
        #expect(tree(form) == nil)
    }

    @Test func `bracketed names become a tree of texts`() {
        #expect(tree("") == [:])
        #expect(tree("a=1&b[c]=2&b[d][e]=3") == ["a": "1", "b": ["c": "2", "d": ["e": "3"]]])
        #expect(
            tree("items[0][price]=p&items[0][quantity]=2&items[1][price]=q") == [
                "items": [["price": "p", "quantity": "2"], ["price": "q"]]
            ])
        #expect(tree("expand[]=x&expand[]=y") == ["expand": ["x", "y"]])
        #expect(tree("m[1]=a") == ["m": ["1": "a"]])
        #expect(tree("text=two%0Alines+here") == ["text": "two\nlines here"])
        #expect(tree("metadata%5Bkey%5D=v") == ["metadata": ["key": "v"]])
    }

    @Test func `encoding gives Stripe's spelling, the same bytes every time`() {
        let fields = [
            ("items[0][price]", "price_1"), ("description", "a b&c=é"), ("metadata[a b]", "[x]"), ("empty", ""),
        ]
        let text = "items[0][price]=price_1&description=a+b%26c%3D%C3%A9&metadata[a+b]=%5Bx%5D&empty="
        #expect(FormEncoding.encode(fields) == text)
        #expect(FormFields.pairs(Array(text.utf8))?.map(\.0) == fields.map(\.0))
        #expect(FormFields.pairs(Array(text.utf8))?.map(\.1) == fields.map(\.1))
        #expect(FormEncoding.encode([]) == "")
    }

    @Test func `a value cannot become a field of its own`() {
        let text = FormEncoding.encode([("name", "x&amount=1"), ("a&b", "1")])
        #expect(FormFields.pairs(Array(text.utf8))?.map(\.0) == ["name", "a&b"])
    }
}
