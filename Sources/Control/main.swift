await Dispatch.run(Array(CommandLine.arguments.dropFirst()))
