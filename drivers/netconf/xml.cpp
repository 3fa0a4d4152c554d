#include "drivers/netconf/xml.hpp"

namespace routeproof::netconf {
namespace {

// Deeper than any reply of a router: one that never stops opening elements must not take our stack.
constexpr int kDeepest = 64;

template <class Visit>
bool walk(const pugi::xml_node& node, std::string_view name, const Visit& visit, int depth = 0) {
    if (depth > kDeepest) {
        return true;
    }
    for (const auto& each : node.children()) {
        if (each.type() != pugi::node_element) {
            continue;
        }
        if ((local_name(each) == name && !visit(each)) || !walk(each, name, visit, depth + 1)) {
            return false;
        }
    }
    return true;
}

}  // namespace

std::string_view local_name(const pugi::xml_node& node) {
    const std::string_view name = node.name();
    return name.substr(name.rfind(':') + 1);
}

pugi::xml_node child(const pugi::xml_node& node, std::string_view name) {
    for (const auto& each : node.children()) {
        if (each.type() == pugi::node_element && local_name(each) == name) {
            return each;
        }
    }
    return {};
}

std::vector<pugi::xml_node> children(const pugi::xml_node& node, std::string_view name) {
    std::vector<pugi::xml_node> found;
    for (const auto& each : node.children()) {
        if (each.type() == pugi::node_element && local_name(each) == name) {
            found.push_back(each);
        }
    }
    return found;
}

std::vector<pugi::xml_node> descendants(const pugi::xml_node& node, std::string_view name) {
    std::vector<pugi::xml_node> found;
    walk(node, name, [&](const pugi::xml_node& each) {
        found.push_back(each);
        return true;
    });
    return found;
}

pugi::xml_node first_descendant(const pugi::xml_node& node, std::string_view name) {
    pugi::xml_node found;
    walk(node, name, [&](const pugi::xml_node& each) {
        found = each;
        return false;
    });
    return found;
}

std::string_view text(const pugi::xml_node& node) {
    return trim(node.child_value());
}

std::string_view text(const pugi::xml_node& node, std::string_view name) {
    return text(child(node, name));
}

std::string escape(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

std::optional<std::size_t> replace_forbidden(std::string& text) {
    std::optional<std::size_t> first;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c < 0x20 && c != '\t' && c != '\n' && c != '\r') {
            text[i] = '?';
            if (!first) {
                first = i;
            }
        }
    }
    return first;
}

}  // namespace routeproof::netconf
