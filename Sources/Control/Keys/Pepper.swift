internal import Daemon

/// The key of the MAC under which API keys are stored: a setting, or the one `tollgate up` made.
struct Pepper: Sendable {
    private let setting: Secret?
    private let folder: DevelopmentFolder

    /// Reads where it is.
    init(_ settings: Settings) {
        setting = settings.optionalSecret(
            "TOLLGATE_API_KEY_PEPPER",
            help: "the same as the API's; without it, the one `tollgate up` made is used")
        folder = DevelopmentFolder(settings)
    }

    /// The one `tollgate up` made in a folder.
    init(in folder: DevelopmentFolder) {
        setting = nil
        self.folder = folder
    }

    /// The pepper itself: the bytes its hexadecimal digits stand for, as in the API.
    func read() throws(ExitError) -> Secret {
        guard let text = setting ?? folder.secret(.apiKeyPepper) else {
            throw ExitError(code: ExitError.configuration, message: "TOLLGATE_API_KEY_PEPPER is missing")
        }
        guard let bytes = text.reveal(Hex.decode), bytes.count >= 32 else {
            throw ExitError(
                code: ExitError.configuration, message: "TOLLGATE_API_KEY_PEPPER must be at least 64 hexadecimal digits"
            )
        }
        return Secret(bytes: bytes)
    }
}
