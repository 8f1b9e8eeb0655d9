/// A number of credits, counted in millionths: exact, whole, and the same in every currency. Below zero it is taken
/// away.
public struct CreditAmount: Hashable, Comparable, Sendable {
    /// Digits behind the point.
    public static let placesMax = 6
    /// The most that one entry may move, in credits: ninety of the largest fit into a balance.
    public static let creditsMax: Int64 = 100_000_000_000

    /// Millionths of a credit.
    public let micro: Int64

    /// So many millionths.
    public init(micro: Int64) { self.micro = micro }

    /// Nothing.
    public static let zero = CreditAmount(micro: 0)

    /// So many whole credits; nil for more than `creditsMax`.
    init?(credits: Int128) {
        guard credits.magnitude <= Self.creditsMax.magnitude else { return nil }
        self.init(micro: Int64(credits) * 1_000_000)
    }

    /// Reads `2500`, `0.25`, `-3`: at most six digits behind the point and `creditsMax` before it; nil otherwise.
    public init?(_ text: String) {
        guard let micro = FixedPoint.parse(text, places: Self.placesMax, isSigned: true),
            micro.magnitude <= Self.creditsMax.magnitude * 1_000_000
        else { return nil }
        self.init(micro: Int64(micro))
    }

    /// The shortest spelling: `2500`, `-0.25`.
    public var text: String { FixedPoint.text(Int128(micro), places: Self.placesMax) }

    /// Fewer is smaller.
    public static func < (left: CreditAmount, right: CreditAmount) -> Bool { left.micro < right.micro }

    /// The other way around.
    public static prefix func - (amount: CreditAmount) -> CreditAmount { CreditAmount(micro: -amount.micro) }

    /// What belongs to `part` of `whole` money, rounded down to the millionth; all of it for the whole. Taken of sums,
    /// never of single refunds, so that many small ones come to the same as one large one (V15).
    public func share(_ part: Int64, of whole: Int64) -> CreditAmount {
        guard whole > 0, part < whole else { return self }
        return CreditAmount(micro: Int64(Int128(micro) * Int128(max(part, 0)) / Int128(whole)))
    }
}
