#include "app/http/url.hpp"

#include "fuzz/target.hpp"
#include "sockeye/bytes.hpp"

using namespace sockeye;

namespace {

/// What is read is written so that it is read again, and can stand in a request as it is.
void check(const Result<app::http::Url>& url) {
    if (!url) return;
    fuzz::require(app::http::Url::parse(url->to_string()) == *url);
    fuzz::require(url->port != 0 && !url->host.empty() && url->target.starts_with('/'));
    for (char c : url->target + url->authority()) fuzz::require(c > ' ' && c <= '~');
}

}  // namespace

FUZZ_TARGET(bytes) {
    const std::string_view text = BytesView{bytes}.text();
    check(app::http::Url::parse(text));
    const app::http::Url here = app::http::Url::parse("http://web.example:8080/a/b?c").value();
    check(here.resolve(text));
    if (const auto decoded = app::http::percent_decoded(text))
        fuzz::require(decoded->size() <= text.size() && !decoded->contains('\0'));
}
