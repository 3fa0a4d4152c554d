// The same rows from `| xml`: the words of the command become elements around them, the namespace
// bears the release, and `]]>]]>` may follow. Only names and nesting of TABLE_x and ROW_x matter.
#include "drivers/nxos/rows.hpp"

#include <pugixml.hpp>

#include <vector>

namespace routeproof::nxos {
namespace {

// Deeper than any reply: one that never stops opening elements must not take our stack.
constexpr int kDeepest = 64;

std::string_view local_name(const pugi::xml_node& node) {
    const std::string_view name = node.name();
    return name.substr(name.rfind(':') + 1);
}

bool has_elements(const pugi::xml_node& node) {
    for (const auto& each : node.children()) {
        if (each.type() == pugi::node_element) {
            return true;
        }
    }
    return false;
}

void walk(const pugi::xml_node& node, RowReader& reader, int depth) {
    if (depth > kDeepest) {
        return;
    }
    const auto name = local_name(node);
    // A table is looked through, as an array is in JSON.
    const bool is_row = !name.starts_with("TABLE_");
    Row row;
    if (is_row) {
        reader.enter(name);
    }
    for (const auto& each : node.children()) {
        if (each.type() != pugi::node_element) {
            continue;
        }
        if (has_elements(each)) {
            walk(each, reader, depth + 1);
        } else if (is_row) {
            const std::string_view text = each.child_value();
            const auto begin = text.find_first_not_of(" \t\r\n");
            const auto end = text.find_last_not_of(" \t\r\n");
            row.set(local_name(each),
                    begin == std::string_view::npos ? std::string_view()
                                                    : text.substr(begin, end - begin + 1));
        }
    }
    if (is_row) {
        reader.leave(name, row);
    }
}

}  // namespace

drivers::Answer<void> read_xml_rows(std::string_view xml, RowReader& reader) {
    const auto trailer = xml.find("]]>]]>");
    xml = xml.substr(0, trailer);
    pugi::xml_document document;
    const auto parsed =
        document.load_buffer(xml.data(), xml.size(), pugi::parse_escapes | pugi::parse_cdata);
    if (!parsed) {
        return drivers::Failure{drivers::Stage::Parse,
                                drivers::Failure::Kind::Protocol,
                                "answers XML that is broken at byte " +
                                    std::to_string(parsed.offset) + ": " + parsed.description()};
    }
    for (const auto& each : document.children()) {
        if (each.type() == pugi::node_element) {
            walk(each, reader, 0);
        }
    }
    return {};
}

}  // namespace routeproof::nxos
