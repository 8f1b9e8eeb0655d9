/// A scope whose transactions need no entry statement: the login role's own rights are enough.
///
/// A scope that is not open, such as a tenant's, can only be entered through a statement that proves the right to it.
public protocol OpenScope {}

/// The scope of operators' own work: migrations, health, doctor.
public enum AdministrativeScope: OpenScope {}
