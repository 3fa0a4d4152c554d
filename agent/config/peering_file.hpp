// The configuration of the stand-alone mode: a speaker, its peers and what it announces.
#pragma once

#include "agent/config/api_options.hpp"
#include "agent/config/originations.hpp"
#include "agent/config/peer_reader.hpp"
#include "inventory/diagnostic.hpp"

#include <filesystem>

namespace routeproof::config {

struct PeeringFile {
    bgp::SpeakerConfig speaker;
    PeerDefaults defaults;  // of peers that are added later
    Originations originations;
    ApiOptions api;
};

/// Everything that is wrong with the file (and the prefix list that it names), or what it says.
inventory::Loaded<PeeringFile> load_peering_file(const std::filesystem::path& path);

}  // namespace routeproof::config
