/// Rows in aligned columns, for eyes.
struct Table {
    private var rows: [[String]]

    /// An empty table with these headings.
    init(_ headings: String...) {
        rows = [headings]
    }

    /// Adds a row; empty cells show as a dash.
    mutating func add(_ cells: [String?]) {
        rows.append(cells.map { $0.flatMap { $0.isEmpty ? nil : $0 } ?? "-" })
    }

    /// The lines, without spaces at their ends.
    var text: String {
        var widths: [Int] = []
        for row in rows {
            for (column, cell) in row.enumerated() {
                if column == widths.count { widths.append(0) }
                widths[column] = max(widths[column], cell.count)
            }
        }
        return rows.map { row in
            row.enumerated().map { column, cell in
                column == row.count - 1 ? cell : cell.padded(to: widths[column] + 2)
            }.joined()
        }.joined(separator: "\n")
    }
}
