#include "lab/file/expectation.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>
#include <vector>

#include "base/address_text.hpp"
#include "base/nearest.hpp"
#include "base/quantity.hpp"
#include "lab/file/words.hpp"

namespace sockeye::lab {
namespace {

using address_text::shown;
using Kind = Expectation::Kind;
using When = Expectation::When;
using Words = std::span<const std::string_view>;
using Mistaken = std::unexpected<SentenceMistake>;

enum class Object : std::uint8_t { nothing, target, target_and_port, url, name, ip };

struct Form {
    std::string_view verb;
    std::string_view object;  ///< for a person
    Kind kind;
    When when;
    Object takes;
};

// Where one begins as another does, the longer one stands first.
constexpr std::array forms{
    Form{"reaches", "TARGET", Kind::reaches, When::once, Object::target},
    Form{"does not reach", "TARGET", Kind::reaches, When::never, Object::target},
    Form{"connects to", "TARGET:PORT", Kind::connects, When::once, Object::target_and_port},
    Form{"does not connect to", "TARGET:PORT", Kind::connects, When::never, Object::target_and_port},
    Form{"is refused by", "TARGET:PORT", Kind::is_refused, When::once, Object::target_and_port},
    Form{"is not refused by", "TARGET:PORT", Kind::is_refused, When::never, Object::target_and_port},
    Form{"gets", "URL", Kind::gets, When::once, Object::url},
    Form{"does not get", "URL", Kind::gets, When::never, Object::url},
    Form{"resolves", "NAME [to IP]", Kind::resolves, When::once, Object::name},
    Form{"does not resolve", "NAME [to IP]", Kind::resolves, When::never, Object::name},
    Form{"has an address", "[by DHCP]", Kind::has_an_address, When::once, Object::nothing},
    Form{"has no address", "[by DHCP]", Kind::has_an_address, When::never, Object::nothing},
    Form{"has the address", "IP", Kind::has_the_address, When::once, Object::ip},
    Form{"does not have the address", "IP", Kind::has_the_address, When::never, Object::ip},
};

std::string joined(Words words) {
    std::string text;
    for (const std::string_view word : words) text.append(text.empty() ? "" : " ").append(word);
    return text;
}

bool begins_with(Words words, std::string_view phrase) {
    const auto wanted = split(phrase);
    return words.size() >= wanted.size() && std::ranges::equal(words.first(wanted.size()), wanted);
}

/// The verb that somebody meant; empty: none is near.
std::string_view verb_meant(Words words) {
    for (const Form& form : forms) {
        const std::size_t count = std::min(words.size(), split(form.verb).size());
        const std::array one{form.verb};
        if (!nearest(joined(words.first(count)), one).empty()) return form.verb;
    }
    return {};
}

class Sentence {
public:
    Sentence(std::string_view text, Place place) : text_{text}, all_{split(text)}, rest_{all_} {
        read_.place = place;
        read_.sentence = joined(all_);
    }

    std::expected<Expectation, SentenceMistake> read() {
        if (reads_of_the_run()) return std::move(read_);
        if (rest_.empty()) return wrong("write who expects what, such as alice reaches web within 2s");
        if (!read_subject() || !read_verb() || !read_object() || !read_clauses())
            return Mistaken{std::move(mistake_)};
        return std::move(read_);
    }

private:
    bool reads_of_the_run() {
        const std::string_view sentence = read_.sentence;
        if (sentence == "nothing is dropped") read_.kind = Kind::no_drop;
        if (sentence == "nothing is lost") read_.kind = Kind::no_loss;
        if (sentence == "a storm ends the run") read_.kind = Kind::storm;
        return read_.is_of_the_run();
    }

    bool read_subject() {
        if (all_.size() > 1 && all_.front() == "nothing")
            return fails("write nothing is dropped, or nothing is lost");
        if (takes("every host")) return true;
        if (rest_.front() == "every") return fails("write every host");
        read_.host = rest_.front();
        skip(1);
        return true;
    }

    bool read_verb() {
        const auto* form =
            std::ranges::find_if(forms, [this](const Form& each) { return begins_with(rest_, each.verb); });
        if (form == forms.end()) return fails(no_such_verb());
        form_ = form;
        read_.kind = form->kind;
        read_.when = form->when;
        skip(split(form->verb).size());
        return true;
    }

    std::string no_such_verb() const {
        if (rest_.empty()) return "what is " + shown(all_.back()) + " to do? Such as: reaches web";
        const std::string_view meant = verb_meant(rest_);
        const std::string there_is_none = "'" + shown(joined(rest_)) + "' begins with no verb";
        if (!meant.empty()) return there_is_none + ": did you mean " + std::string{meant} + "?";
        std::string verbs;
        for (const Form& form : forms)
            if (form.when == When::once) verbs.append(verbs.empty() ? "" : ", ").append(form.verb);
        return there_is_none + "; there are: " + verbs;
    }

    bool read_object() {
        if (form_->takes == Object::nothing) return read_by_dhcp();
        if (rest_.empty())
            return fails("write " + std::string{form_->verb} + " " + std::string{form_->object});
        read_.target_place = {read_.place.line, read_.place.column + offset()};
        switch (form_->takes) {
            case Object::target: return read_target();
            case Object::target_and_port: return read_target_and_port();
            case Object::url: return read_url();
            case Object::name: return read_name();
            case Object::ip: return read_ip();
            case Object::nothing: break;
        }
        return true;
    }

    bool read_by_dhcp() {
        read_.by_dhcp = takes("by DHCP");
        return true;
    }

    bool read_target() {
        if (takes("every other")) return true;
        if (rest_.front() == "every") return fails("write every other");
        read_.target = next();
        return true;
    }

    bool read_target_and_port() {
        const Result<Target> target = Target::parse(rest_.front());
        if (!target) return fails(std::string{target.error().detail()});
        if (target->transport != Transport::tcp || !target->path.empty() || target->host.empty() ||
            target->port == 0)
            return fails("'" + shown(rest_.front()) + "' is no host and port of TCP: web:80 is one");
        read_.target = target->host;
        read_.port = target->port;
        skip(1);
        return true;
    }

    bool read_url() {
        if (!rest_.front().starts_with("http://"))
            return fails("'" + shown(rest_.front()) + "' is no URL: http://web.example/ is one");
        read_.target = next();
        return true;
    }

    bool read_name() {
        if (IpAddress::parse(rest_.front()))
            return fails(shown(rest_.front()) + " is an address already: write a name");
        read_.target = next();
        if (rest_.empty() || rest_.front() != "to") return true;
        skip(1);
        if (rest_.empty()) return fails("write the address behind to");
        return read_ip();
    }

    bool read_ip() {
        const Result<IpAddress> ip = IpAddress::parse(rest_.front());
        if (!ip) return fails(std::string{ip.error().detail()});
        read_.address = *ip;
        skip(1);
        return true;
    }

    bool read_clauses() {
        while (!rest_.empty()) {
            const std::string_view clause = rest_.front();
            if (clause != "at" && clause != "within" && clause != "for")
                return fails("what is '" + shown(clause) + "'? Behind it may stand: at, within, for");
            if (rest_.size() == 1)
                return fails("write a time behind " + std::string{clause} + ", such as 2s");
            if (!read_clause(clause)) return false;
        }
        return true;
    }

    bool read_clause(std::string_view clause) {
        if (clause == "at" ? read_.at.has_value() : has_length_)
            return fails("'" + std::string{clause} + "' is one too many");
        if (clause == "within" && read_.when == When::never)
            return fails("what is not to happen is not to happen for a time: write for instead of within");
        if (clause == "for" && read_.when == When::once) read_.when = When::always;
        skip(1);
        const Result<Duration> time = parse_duration(rest_.front());
        if (!time) return fails(std::string{time.error().detail()});
        if (clause != "at" && *time <= Duration::zero()) return fails("write a time that passes, such as 2s");
        skip(1);
        if (clause == "at") {
            read_.at = *time;
        } else {
            read_.lasts = *time;
            has_length_ = true;
        }
        return true;
    }

    bool takes(std::string_view phrase) {
        if (!begins_with(rest_, phrase)) return false;
        skip(split(phrase).size());
        return true;
    }

    std::string next() {
        std::string word{rest_.front()};
        skip(1);
        return word;
    }

    void skip(std::size_t words) { rest_ = rest_.subspan(words); }

    /// Of the word that is read next; at the end, of the sentence's end.
    std::size_t offset() const {
        return rest_.empty() ? text_.size() : static_cast<std::size_t>(rest_.front().data() - text_.data());
    }

    bool fails(std::string words) {
        mistake_ = {offset(), std::move(words)};
        return false;
    }
    Mistaken wrong(std::string words) {
        fails(std::move(words));
        return Mistaken{std::move(mistake_)};
    }

    std::string_view text_;
    std::vector<std::string_view> all_;
    Words rest_;
    const Form* form_ = nullptr;
    bool has_length_ = false;  ///< it says within or for
    Expectation read_;
    SentenceMistake mistake_;
};

}  // namespace

std::expected<Expectation, SentenceMistake> parse_expectation(std::string_view sentence, Place place) {
    return Sentence{sentence, place}.read();
}

std::string list_expectations() {
    std::string text;
    for (const Form& form : forms)
        text.append("  HOST ").append(form.verb).append(" ").append(form.object).append("\n");
    return text + "  nothing is dropped\n  nothing is lost\n  a storm ends the run\n";
}

}  // namespace sockeye::lab
