#include "view/request.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "base/address_text.hpp"
#include "base/nearest.hpp"

namespace sockeye::view {
namespace {

using address_text::mistake;
using address_text::shown;

constexpr std::size_t longest_answer = 4 << 20;  // octets
constexpr std::size_t largest_number = 1'000'000;

struct TextField {
    std::string_view name;
    std::string Request::* place;
};
constexpr std::array text_fields{TextField{"verb", &Request::verb}, TextField{"host", &Request::host},
                                 TextField{"target", &Request::target},
                                 TextField{"timeout", &Request::timeout}};

struct NumberField {
    std::string_view name;
    std::size_t Request::* place;
};
constexpr std::array number_fields{NumberField{"last", &Request::last},
                                   NumberField{"count", &Request::count}};

constexpr std::array<std::string_view, 7> field_names{"verb", "host",  "target", "timeout",
                                                      "last", "count", "words"};

std::unexpected<Error> unknown(std::string_view name) {
    const std::string_view meant = nearest(name, field_names);
    return mistake("a request has no '" + shown(name) + "'" +
                   (meant.empty() ? ": it has verb, host, target, words, last, count and timeout"
                                  : ": did you mean " + std::string{meant} + "?"));
}

Result<void> read_words(std::vector<std::string>& words, const Json& value) {
    const auto is_text = [](const Json& one) { return one.is_string(); };
    if (!value.is_array() || !std::ranges::all_of(value, is_text))
        return mistake("'words' is a list of texts");
    for (const Json& word : value) words.push_back(word.get<std::string>());
    return {};
}

Result<void> read_field(Request& request, std::string_view name, const Json& value) {
    const auto* text = std::ranges::find(text_fields, name, &TextField::name);
    if (text != text_fields.end()) {
        if (!value.is_string()) return mistake("'" + std::string{name} + "' is a text");
        request.*text->place = value.get<std::string>();
        return {};
    }
    const auto* number = std::ranges::find(number_fields, name, &NumberField::name);
    if (number != number_fields.end()) {
        if (!value.is_number_unsigned() || value.get<std::uint64_t>() > largest_number)
            return mistake("'" + std::string{name} + "' is a number from 0 to 1000000");
        request.*number->place = value.get<std::size_t>();
        return {};
    }
    return name == "words" ? read_words(request.words, value) : unknown(name);
}

Json parse(std::string_view line) {
    constexpr bool throws = false;
    return Json::parse(line, /*callback=*/nullptr, throws);
}

std::string line_of(const Json& object) {
    constexpr int on_one_line = -1;
    return object.dump(on_one_line, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace) + '\n';
}

}  // namespace

Result<Request> parse_request(std::string_view line) {
    if (line.size() > longest_request)
        return mistake("a request has at most " + std::to_string(longest_request) + " octets");
    const Json object = parse(line);
    if (!object.is_object())
        return mistake("a request is a JSON object on one line, such as {\"verb\":\"ps\"}");
    Request request;
    for (const auto& [name, value] : object.items())
        if (Result<void> read = read_field(request, name, value); !read) return std::unexpected{read.error()};
    if (request.verb.empty()) return mistake("a request needs a 'verb', such as {\"verb\":\"ps\"}");
    return request;
}

std::string write_request(const Request& request) {
    Json object;
    for (const TextField& field : text_fields)
        if (const std::string& text = request.*field.place; !text.empty()) object[field.name] = text;
    for (const NumberField& field : number_fields)
        if (const std::size_t number = request.*field.place; number != 0) object[field.name] = number;
    if (!request.words.empty()) object["words"] = request.words;
    return line_of(object);
}

Answer usage_error(std::string words) {
    return {.exit = exit::usage, .text = std::move(words)};
}

Answer answer_or_mistake(const std::function<Answer()>& give) {
    try {
        return give();
    } catch (const std::invalid_argument& mistake) {
        return usage_error(mistake.what());
    }
}

Result<Answer> parse_answer(std::string_view line) {
    const Json object = parse(line);
    const bool is_answer = object.is_object() && object.contains("exit") && object.contains("text") &&
                           object.contains("data") && object["exit"].is_number_integer() &&
                           object["text"].is_string() && object["data"].is_array();
    if (!is_answer) return std::unexpected{Error{Errc::input_output, "recv", "that is no answer of a lab's"}};
    Answer answer{.exit = object["exit"].get<int>(), .text = object["text"].get<std::string>()};
    for (const Json& one : object["data"]) answer.data.push_back(one);
    answer.more = object.value("more", Json{}) == true;
    return answer;
}

std::string write_answer(const Answer& answer) {
    Json object{{"exit", answer.exit}, {"text", answer.text}, {"data", answer.data}};
    if (answer.more) object["more"] = true;
    std::string line = line_of(object);
    if (line.size() <= longest_answer) return line;
    return write_answer(
        {.exit = exit::other, .text = "the answer is longer than 4 MiB: ask for less, as with --last"});
}

}  // namespace sockeye::view
