#include "drivers/nxos/parse_version.hpp"

#include "drivers/nxos/rows.hpp"

namespace routeproof::nxos {
namespace {

class Reader final : public RowReader {
public:
    void enter(std::string_view) override {}
    void leave(std::string_view key, const Row& row) override {
        if (!key.empty()) {
            return;
        }
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
};

}  // namespace

drivers::Answer<drivers::DeviceFacts> parse_version(std::string_view json) {
    Reader reader;
    const auto read = read_rows(json, reader);
    if (!read) {
        return read.error();
    }
    return reader.facts;
}

}  // namespace routeproof::nxos
