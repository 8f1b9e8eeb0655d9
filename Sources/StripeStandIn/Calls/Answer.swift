import HTTPTypes

/// What an operation answers before `expand` is looked at.
enum Answer {
    /// One object.
    case object(JSONObject)
    /// A page of a list; the page reads `limit` and the cursors itself.
    case list([JSONObject])
    /// A page of a list of v2: tokens instead of cursors.
    case page([JSONObject])
    /// What a search found, newest first.
    case search([JSONObject])
    /// An object that is no more.
    case deleted(JSONObject)
}
