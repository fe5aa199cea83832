#include "cli/help.hpp"

#include <utility>

namespace sockeye::cli {
namespace {

bool takes_several(const CLI::Option& option) {
    return option.get_expected_max() >= CLI::detail::expected_max_vector_size;
}

}  // namespace

Help::Help() {
    column_width(20);
    label("SUBCOMMAND", "VERB");
}

std::string Help::make_usage(const CLI::App* app, std::string name) const {
    std::string usage = CLI::Formatter::make_usage(app, std::move(name));
    if (app->get_prefix_command() && usage.ends_with('\n')) usage.insert(usage.size() - 1, " CMD...");
    return usage;
}

std::string Help::make_option_name(const CLI::Option* option, bool is_positional) const {
    if (is_positional && !option->get_option_text().empty()) return option->get_option_text();
    return CLI::Formatter::make_option_name(option, is_positional);
}

std::string Help::make_option_opts(const CLI::Option* option) const {
    if (option->get_type_size() == 0 || !option->get_option_text().empty()) return "";
    const std::string value = option->get_type_name();
    return (value.empty() ? "" : " " + value) + (takes_several(*option) ? " ..." : "");
}

std::string Help::make_option_usage(const CLI::Option* option) const {
    const bool says_all = !option->get_option_text().empty();
    const std::string name =
        make_option_name(option, true) + (takes_several(*option) && !says_all ? "..." : "");
    return option->get_required() ? name : "[" + name + "]";
}

CLI::Validator unsaid(CLI::Validator check) {
    check.description("");
    return check;
}

}  // namespace sockeye::cli
