public import Jobs
public import Postgres

// A correction is written down in one transaction with the command that makes it, so both have its time; the API may
// read a command's time, and not what it holds.

/// Money will not be given back after all: the command that was to do it was canceled.
public struct MarkRefundCanceled: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.refund r SET status = 'canceled', updated_at = now() FROM app.command c
         WHERE c.public_id = $1 AND c.kind = 'invoice.refund' AND r.tenant_id = c.tenant_id
           AND r.invoice_id = c.target_id AND r.created_at = c.created_at AND r.status = 'preparing'
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the command.
    public init(with command: Command.ID) { parameters = [.uuid(command.rawValue)] }
}

/// A correction will not be made after all: the command that was to do it was canceled.
public struct MarkCreditNoteCanceled: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.credit_note n SET status = 'failed', problem = $2, updated_at = now() FROM app.command c
         WHERE c.public_id = $1 AND c.kind = 'invoice.credit_note' AND n.tenant_id = c.tenant_id
           AND n.invoice_id = c.target_id AND n.created_at = c.created_at AND n.status = 'preparing'
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the command, and says why.
    public init(with command: Command.ID, problem: String) {
        parameters = [.uuid(command.rawValue), .json(problem)]
    }
}
