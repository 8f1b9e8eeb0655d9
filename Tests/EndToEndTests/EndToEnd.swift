import Testing

/// The real programs together. One story at a time: each starts six of them, and the machine may have two cores.
@Suite(.serialized) enum EndToEnd {}
