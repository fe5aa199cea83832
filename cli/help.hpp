// How --help is laid out: CLI11's layout, in the words that a person types.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace sockeye::cli {

class Help final : public CLI::Formatter {
public:
    Help();

    std::string make_usage(const CLI::App* app, std::string name) const override;
    /// Where one option takes words of several kinds, its option_text() names them.
    std::string make_option_name(const CLI::Option* option, bool is_positional) const override;
    std::string make_option_opts(const CLI::Option* option) const override;
    std::string make_option_usage(const CLI::Option* option) const override;
};

/// The same check, which --help does not spell out: whoever makes the mistake is told.
CLI::Validator unsaid(CLI::Validator check);

}  // namespace sockeye::cli
