#include "agent/control/api_server.hpp"

#include "agent/control/refusal.hpp"

#include <boost/asio/io_context.hpp>

namespace routeproof::control {
namespace {

constexpr unsigned kGroupMayWrite = 0660;
/// Enough for any number of scrapers, and not enough to run us out of descriptors.
constexpr std::size_t kScrapers = 16;
constexpr std::chrono::seconds kScrapePatience{30};

http::Server::Options local_options(const config::ApiOptions& wanted) {
    http::Server::Options options;
    options.dialect.error = error_body;
    options.body_limit = wanted.body_limit;
    if (!wanted.group.empty()) {
        options.permissions = {kGroupMayWrite, wanted.group};
    }
    return options;
}

http::Server::Options scrape_options() {
    http::Server::Options options;
    options.dialect.error = error_body;
    options.connection_limit = kScrapers;
    options.patience = kScrapePatience;
    return options;
}

}  // namespace

ApiServer::ApiServer(boost::asio::io_context& io,
                     bgp::Speaker& speaker,
                     Identity identity,
                     PeeringApi::Program program,
                     const config::ApiOptions& options)
    : options_(options),
      api_(io.get_executor(), speaker, std::move(identity), std::move(program)),
      local_(
          io,
          [this](const http::Request& request, const http::Server::Respond& respond) {
              respond(api_.answer(request));
          },
          local_options(options)),
      scrape_(
          io,
          [this](const http::Request& request, const http::Server::Respond& respond) {
              respond(api_.answer_scrape(request));
          },
          scrape_options()) {}

boost::system::result<void, http::ServerError> ApiServer::listen(
    const std::filesystem::path& socket) {
    if (options_.metrics) {
        const auto& [address, port] = *options_.metrics;
        if (const auto listening = scrape_.listen(address.to_string(), port); !listening) {
            return listening.error();
        }
    }
    return local_.listen(socket);
}

void ApiServer::stop() {
    api_.stop();
    local_.stop();
    scrape_.stop();
}

}  // namespace routeproof::control
