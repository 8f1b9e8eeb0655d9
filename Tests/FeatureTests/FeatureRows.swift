import Testing

/// What the rows of FEATURES.md say, each seen on the running product. A row's id stands at the front of its test's
/// name; `make features` reads it there.
@Suite enum FeatureRows {}
