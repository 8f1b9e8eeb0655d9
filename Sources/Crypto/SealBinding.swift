public import FoundationEssentials

/// Where a sealed secret belongs. A sealed secret copied to another tenant, table, purpose, row or version does not
/// open.
public struct SealBinding: Hashable, Sendable {
    /// The tenant's internal number.
    public let tenant: Int64
    /// The table that keeps the envelope.
    public let table: String
    /// What the secret is for, the same word as in the key: `stripe-api`.
    public let purpose: String
    /// The row that keeps the envelope.
    public let row: UUID
    /// Counts the renewals of the secret in that row.
    public let version: Int32

    /// The place of one secret.
    public init(tenant: Int64, table: String, purpose: String, row: UUID, version: Int32) {
        self.tenant = tenant
        self.table = table
        self.purpose = purpose
        self.row = row
        self.version = version
    }

    /// The bytes both layers of the envelope authenticate: every part with its length in front, so that no two places
    /// give the same bytes.
    func bytes(format: UInt8, suite: UInt8, keyID: UInt32) -> [UInt8] {
        let (r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, r12, r13, r14, r15) = row.uuid
        let parts: [[UInt8]] = [
            Array("tg-secret".utf8), [format], [suite], keyID.bigEndianBytes, tenant.bigEndianBytes, Array(table.utf8),
            Array(purpose.utf8), [r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, r12, r13, r14, r15],
            version.bigEndianBytes,
        ]
        return parts.flatMap { UInt32($0.count).bigEndianBytes + $0 }
    }
}

extension FixedWidthInteger {
    /// The number in network order.
    var bigEndianBytes: [UInt8] {
        stride(from: Self.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: self >> $0) }
    }
}
