#pragma once
#include <idn2.h>
#include <stdbool.h>

// What browsers do with a name (UTS 46, not transitional): case and width are folded, then each label is put in the
// form that DNS knows. False when the name may not be; else `out` is to be freed by idn2_free. Not under
// IDN2_USE_STD3_ASCII_RULES: this version then leaves characters out that may not be in a name (`a/b` becomes `ab`).
static inline bool domain_to_ascii(const char *name, char **out) {
    return idn2_to_ascii_8z(name, out, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) == IDN2_OK;
}
