// The same rows from what `show bgp … summary` and `show version` print for people, under the names
// that they have in JSON.
#include "drivers/nxos/rows.hpp"
#include "drivers/text.hpp"

#include <algorithm>
#include <sstream>
#include <vector>

namespace routeproof::nxos {

using drivers::Failure;
using drivers::trim;

namespace {

constexpr std::string_view kSummary = "BGP summary information for VRF ";
constexpr std::string_view kVersion = "Cisco Nexus Operating System";

/// "BGP summary information for VRF default, address family IPv4 Unicast" and a row for each
/// neighbour; what does not fit into its column moves to a line of its own.
class Summary {
public:
    explicit Summary(RowReader& reader) : reader_(reader) {}

    drivers::Answer<void> read(std::string_view text) {
        std::istringstream lines{std::string(text)};
        for (std::string line; std::getline(lines, line);) {
            if (const auto at = line.find(kSummary); at != std::string::npos) {
                end_family();
                begin_family(std::string_view(line).substr(at + kSummary.size()));
            } else if (line.starts_with("Neighbor ")) {
                in_table_ = true;
            } else if (in_table_ && !trim(line).empty() && !add_line(line)) {
                return broken(line);
            }
            if (!failure_.empty()) {
                return broken(failure_);
            }
        }
        end_family();
        end_vrf();
        return failure_.empty() ? drivers::Answer<void>() : broken(failure_);
    }

private:
    static Failure broken(std::string_view line) {
        return {
            drivers::Stage::Parse,
            Failure::Kind::Protocol,
            "prints a line that cannot be read: \"" + std::string(trim(line).substr(0, 120)) + '"'};
    }

    void begin_family(std::string_view heading) {
        const std::string_view vrf = trim(heading.substr(0, heading.find(',')));
        if (!vrf_ || *vrf_ != vrf) {
            end_vrf();
            vrf_ = vrf;
            reader_.enter("ROW_vrf");
        }
        constexpr std::string_view kFamily = "address family ";
        const auto at = heading.find(kFamily);
        family_ = at == std::string_view::npos ? std::string_view()
                                               : trim(heading.substr(at + kFamily.size()));
        in_family_ = true;
        reader_.enter("ROW_saf");
    }

    /// False: not a part of any row.
    bool add_line(std::string_view line) {
        const bool continues = line.front() == ' ' || line.front() == '\t';
        if (continues && words_.empty()) {
            return false;
        }
        if (!continues) {
            end_row();
            row_ = line;
        }
        std::istringstream words{std::string(line)};
        for (std::string word; words >> word;) {
            words_.push_back(word);
        }
        return true;
    }

    // Neighbor V AS MsgRcvd MsgSent TblVer InQ OutQ Up/Down State/PfxRcd
    void end_row() {
        if (words_.empty()) {
            return;
        }
        constexpr std::size_t kColumns = 10;
        if (words_.size() < kColumns) {
            failure_ = row_;
            return;
        }
        std::string state = words_[kColumns - 1];
        for (std::size_t at = kColumns; at < words_.size(); ++at) {
            state += ' ' + words_[at];  // "Shut (Admin)"
        }
        Row row;
        row.set("neighborid", words_[0]);
        row.set("neighboras", words_[2]);
        row.set("state", state);
        words_.clear();
        reader_.enter("ROW_neighbor");
        reader_.leave("ROW_neighbor", row);
    }

    void end_family() {
        end_row();
        in_table_ = false;
        if (std::exchange(in_family_, false)) {
            Row row;
            row.set("af-name", family_);
            reader_.leave("ROW_saf", row);
        }
    }

    void end_vrf() {
        if (vrf_) {
            Row row;
            row.set("vrf-name-out", *vrf_);
            reader_.leave("ROW_vrf", row);
            vrf_.reset();
        }
    }

    RowReader& reader_;
    std::optional<std::string> vrf_;
    std::string family_;
    bool in_family_ = false;
    bool in_table_ = false;
    std::vector<std::string> words_;  // of the row that is being read
    std::string row_;                 // its first line
    std::string failure_;             // a row that is not whole
};

drivers::Answer<void> read_version(std::string_view text, RowReader& reader) {
    Row row;
    bool hardware = false;
    std::istringstream lines{std::string(text)};
    for (std::string each; std::getline(lines, each);) {
        std::string_view line = trim(each);
        const auto value_of = [line](std::string_view label) -> std::string_view {
            return line.starts_with(label) ? trim(line.substr(label.size())) : std::string_view();
        };
        constexpr std::pair<std::string_view, std::string_view> kImages[] = {
            {"NXOS: version", "nxos_ver_str"},
            {"system:", "sys_ver_str"},
            {"kickstart:", "kickstart_ver_str"}};
        for (const auto& [label, name] : kImages) {
            auto version = value_of(label);
            if (version.starts_with("version")) {
                version = trim(version.substr(std::string_view("version").size()));
            }
            if (!version.empty()) {
                row.set(name, version.substr(0, version.find(' ')));  // "[Maintenance Release]"
            }
        }
        if (const auto name = value_of("Device name:"); !name.empty()) {
            row.set("host_name", name);
        }
        if (hardware && !line.empty()) {
            row.set("chassis_id", line.starts_with("cisco ") ? trim(line.substr(6)) : line);
            hardware = false;
        }
        hardware = hardware || line == "Hardware";
    }
    reader.enter("");
    reader.leave("", row);
    return {};
}

}  // namespace

bool has_text_rows(std::string_view text) {
    return text.find(kSummary) != std::string_view::npos ||
           text.find(kVersion) != std::string_view::npos;
}

drivers::Answer<void> read_text_rows(std::string_view text, RowReader& reader) {
    const auto summary = text.find(kSummary);
    return summary != std::string_view::npos ? Summary(reader).read(text.substr(summary))
                                             : read_version(text, reader);
}

}  // namespace routeproof::nxos
