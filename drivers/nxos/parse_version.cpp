#include "drivers/nxos/parse_version.hpp"

#include "drivers/nxos/rows.hpp"

namespace routeproof::nxos {
namespace {

class Reader final : public RowReader {
public:
    void enter(std::string_view) override {}
    void leave(std::string_view key, const Row& row) override {
        // In XML the words of the command stand around what is the outermost object in JSON.
        const bool outermost = key.empty() || key == "__readonly__";
        if (!outermost || !row.has("host_name")) {
            return;
        }
        found = true;
        facts.hostname = row["host_name"];
        facts.os = "NX-OS";
        facts.model = row["chassis_id"];
        // By age of the release: nxos_, then sys_ and kickstart_ of the two-image platforms.
        for (const auto* name :
             {"nxos_ver_str", "sys_ver_str", "rr_sys_ver", "kickstart_ver_str"}) {
            if (facts.version.empty()) {
                facts.version = row[name];
            }
        }
    }

    drivers::DeviceFacts facts;
    bool found = false;
};

}  // namespace

drivers::Answer<drivers::DeviceFacts> parse_version(std::string_view json) {
    Reader reader;
    const auto read = read_rows(json, reader);
    if (!read) {
        return read.error();
    }
    if (!reader.found) {
        return drivers::Failure{drivers::Stage::Parse,
                                drivers::Failure::Kind::Protocol,
                                "answers 'show version' without its name"};
    }
    return reader.facts;
}

}  // namespace routeproof::nxos
