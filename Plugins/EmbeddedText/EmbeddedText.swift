import Foundation
import PackagePlugin

/// Builds a module's texts into it, as `PackageResources`: migrations, the contract, the documentation, schemas.
@main struct EmbeddedText: BuildToolPlugin {
    /// What counts as a text to build in.
    static let extensions: Set<String> = ["sql", "yaml", "md", "json"]
    /// A dump of the migrations' result; for readers, not for the program.
    static let leftOut: Set<String> = ["schema.sql"]

    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let root = target.directoryURL
        let found = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)?.allObjects ?? []
        let texts = found.compactMap { $0 as? URL }
            .filter { Self.extensions.contains($0.pathExtension) && !Self.leftOut.contains($0.lastPathComponent) }
            .sorted { $0.path < $1.path }
        let output = context.pluginWorkDirectoryURL.appending(path: "PackageResources.swift")
        return [
            .buildCommand(
                displayName: "Embedding texts of \(target.name)", executable: try context.tool(named: "EmbedText").url,
                arguments: [output.path] + texts.map(\.path), inputFiles: texts, outputFiles: [output])
        ]
    }
}
