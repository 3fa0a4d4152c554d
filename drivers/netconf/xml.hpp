// Reading XML the way routers write it: local names only, every text trimmed.
//
// pugixml knows no namespaces, which suits: prefixes and namespace URIs differ by release and by
// configuration, local names do not.
#pragma once

#include "drivers/text.hpp"

#include <pugixml.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace routeproof::netconf {

/// The name behind the last colon.
std::string_view local_name(const pugi::xml_node& node);
/// First child element of that local name; null node if there is none.
pugi::xml_node child(const pugi::xml_node& node, std::string_view name);
std::vector<pugi::xml_node> children(const pugi::xml_node& node, std::string_view name);
/// All elements of that local name below `node`, at any depth, in document order.
std::vector<pugi::xml_node> descendants(const pugi::xml_node& node, std::string_view name);
pugi::xml_node first_descendant(const pugi::xml_node& node, std::string_view name);

/// The text directly in the node, trimmed; a view into the document.
std::string_view text(const pugi::xml_node& node);
/// text(child(node, name)); empty if there is no such child.
std::string_view text(const pugi::xml_node& node, std::string_view name);

using drivers::trim;
/// `text` for use inside an element.
std::string escape(std::string_view text);

/// Bytes that XML 1.0 forbids become '?'; where the first stood, if there was one.
std::optional<std::size_t> replace_forbidden(std::string& text);

}  // namespace routeproof::netconf
