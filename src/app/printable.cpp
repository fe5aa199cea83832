#include "app/printable.hpp"

#include "sockeye/utf8.hpp"

namespace sockeye::app {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr unsigned char del = 0x7F;

/// U+2400 to U+241F picture U+0000 to U+001F, U+2421 pictures DEL; E2 90 80 is U+2400.
void append_picture(std::string& shown, unsigned char control) {
    shown += "\xE2\x90";
    shown += static_cast<char>(0x80 + (control == del ? 0x21 : control));
}

/// U+0080 to U+009F, which some terminals obey, begin with C2 and go on below A0.
bool is_c1_control(std::string_view characters) {
    return characters.size() >= 2 && characters[0] == '\xC2' &&
           static_cast<unsigned char>(characters[1]) < 0xA0;
}

}  // namespace

std::string printable(std::string_view text) {
    std::string characters;
    Utf8Decoder decoder{Utf8Decoder::Malformed::replace};
    // Neither can fail: what is malformed is replaced.
    (void)decoder.decode(text, characters);
    (void)decoder.finish(characters);
    std::string shown;
    shown.reserve(characters.size());
    for (std::string_view rest = characters; !rest.empty(); rest.remove_prefix(1)) {
        const auto octet = static_cast<unsigned char>(rest[0]);
        if (is_c1_control(rest)) {
            shown += replacement;
            rest.remove_prefix(1);
        } else if ((octet < ' ' && octet != '\t') || octet == del) {
            append_picture(shown, octet);
        } else {
            shown += rest[0];
        }
    }
    return shown;
}

}  // namespace sockeye::app
