#include "drivers/failure.hpp"
#include "inventory/loader.hpp"
#include "verifier/cli/commands.hpp"
#include "verifier/text.hpp"

#include <sysexits.h>

#include <iostream>

namespace routeproof::verifier {

int complain(int code, const std::string& sentence) {
    std::cerr << "routeproof: " << one_line(sentence) << '\n';
    return code;
}

int complain(const std::string& who, const drivers::Failure& failure) {
    using Kind = drivers::Failure::Kind;
    int code = EX_SOFTWARE;
    switch (failure.kind) {
        case Kind::Unreachable:
            code = EX_UNAVAILABLE;
            break;
        case Kind::Denied:
            code = EX_NOPERM;
            break;
        case Kind::Protocol:
            code = EX_PROTOCOL;
            break;
        case Kind::NotSupported:
            code = 2;  // could not be looked at
            break;
        case Kind::Trouble:
            code = EX_NOINPUT;
            break;
    }
    return complain(code, who + ": " + std::string(to_string(failure.stage)) + ": " + failure.what);
}

std::optional<inventory::Inventory> load_or_complain(const std::filesystem::path& file, int& code) {
    auto loaded = inventory::load(file);
    if (loaded) {
        return std::move(*loaded);
    }
    for (const inventory::Diagnostic& diagnostic : loaded.error()) {
        std::cerr << one_line(diagnostic.to_string()) << '\n';
    }
    const bool unreadable = loaded.error().front().kind == inventory::Diagnostic::Kind::Unreadable;
    code = unreadable ? EX_NOINPUT : EX_DATAERR;
    return std::nullopt;
}

}  // namespace routeproof::verifier
