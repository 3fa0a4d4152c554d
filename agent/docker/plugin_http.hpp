// The plugin as dockerd reaches it: one POST per call, errors under both of Docker's keys.
#pragma once

#include "agent/docker/plugin.hpp"
#include "agent/http/server.hpp"

namespace routeproof::docker {

http::Dialect plugin_dialect();

/// Lets only POST through, which is all that dockerd ever sends.
http::Server::Handler posts_only(http::Server::Handler handler);

/// A Handler that answers from a Plugin at once. The plugin must outlive it.
http::Server::Handler serve(Plugin& plugin);

}  // namespace routeproof::docker
