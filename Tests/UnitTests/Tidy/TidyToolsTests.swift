import Testing

/// What the tidy tests rest on: if these readings were wrong, every rule would pass.
struct TidyToolsTests {
    private func file(_ text: String) -> SourceFile {
        SourceFile(path: "Sources/Billing/Sample.swift", bytes: Array(text.utf8), masks: SwiftMasks(Array(text.utf8)))
    }

    private static let sample = ##"""
        import Glibc // try! comment /* not nested
        /* fatalError /* nested */ fatalError */ let a = "SELECT \(Date() as Any) FROM \("inner \(try! x) text")"
        let b = #"raw \(not) "quoted" \#(unsafe c) print("#
        let c = """
            UPDATE " two quotes "" \
            as! \(d(")") as! E)
            """ + "\\" + "\"" as! F
        """##

    @Test func `words are told apart by where they stand`() {
        let sample = file(Self.sample)
        func lines(_ word: String, _ mask: KeyPath<SwiftMasks, [UInt8]>) -> [Int] {
            sample.find(word, in: mask, "").map(\.line)
        }
        #expect(lines("try!", \.code) == [2])
        #expect(lines("try!", \.comments) == [1])
        #expect(lines("fatalError", \.code) == [])
        #expect(lines("fatalError", \.comments) == [2, 2])
        #expect(lines("Date()", \.code) == [2])
        #expect(lines("SELECT", \.texts) == [2])
        #expect(lines("SELECT", \.code) == [])
        #expect(lines("FROM", \.texts) == [2])
        #expect(lines("inner", \.texts) == [2])
        #expect(lines("unsafe", \.code) == [3])
        #expect(lines("print(", \.code) == [])
        #expect(lines("not", \.texts) == [3])
        #expect(lines("UPDATE", \.texts) == [5])
        #expect(lines("as!", \.code) == [6, 7])
        #expect(lines("as!", \.texts) == [6])
    }

    @Test func `a word inside a longer one is not that word`() {
        let sample = file("unsafely isunsafe unsafe_ unsafe2 unsafe(x) .unsafe")
        #expect(sample.find("unsafe", in: \.code, "").count == 2)
    }

    @Test func `functions are measured from their first word to their last brace`() {
        let sample = file(
            """
            protocol P {
                func requirement() -> Int
                init(a: Int)
            }
            struct S {
                func one() { if a { b() } }
                func three(
                    _ f: () -> Void = {}, x: String = "{"
                ) throws -> [Int] where A == B {
                    return [1].map { $0 }  // }
                }
                init() {
                    self.init(a: 1)
                }
                static func clause<A>(_ a: A) -> A
                where A: B {
                    a
                }
                deinit {
                    free()
                }
            }
            """)
        #expect(FunctionMeasure.functions(in: sample).map(\.lines).sorted() == [1, 3, 3, 4, 5])
    }

    @Test func `lines are counted as editors count them`() {
        #expect(file("a\nb\n").lines.count == 2)
        #expect(file("a\n\nb").lines.count == 3)
        #expect(file("").lines.isEmpty)
        #expect("\(file("a\nb try! c").find("try!", in: \.code, "note")[0])" == "Sources/Billing/Sample.swift:2: note")
    }
}
