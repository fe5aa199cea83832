// What a person does to a lab that runs: cuts and heals cables, impairs them, switches hosts off and on.
#pragma once

#include <span>
#include <string>

#include "sockeye/lab.hpp"
#include "view/table.hpp"

namespace sockeye::view {

/// Does all of it, or nothing. Mistakes throw std::invalid_argument, which says what to write.
///
///   A B cut|heal|hold|release
///   A B loss=20% delay=10ms …      netem's words (lab/file/cable_words.hpp); one-way: from A to B alone
///   HOST crash|restart
///
/// @returns what was done, in one line
std::string add_fault(Lab& lab, std::span<const std::string> words);

/// Cables between two nodes as new; without words all cables, and every host on again.
/// @returns what was done, in one line
std::string clear_faults(Lab& lab, std::span<const std::string> words);

Table faults_table(const Lab& lab);

}  // namespace sockeye::view
