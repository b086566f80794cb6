package io.vpccni.ipamd.config;

import io.vpccni.rpc.address.Cidr;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * This is what a setting's value may be.
 *
 * @param words for people: what is allowed
 * @param emptyIsUnset whether an empty text counts as a missing one
 * @param parser makes the value of the text; it throws an IllegalArgumentException that says what
 *     the text is not ("is not a boolean"), and tells the consumer what it leaves out of a list
 */
record Values<T>(
    String words, boolean emptyIsUnset, BiFunction<String, Consumer<String>, T> parser) {
  /**
   * This accepts what Go's {@code strconv.Atoi} does: no blanks, no base prefixes, no digit
   * separators.
   */
  private static final Pattern DECIMAL = Pattern.compile("[+-]?[0-9]{1,9}");

  /** Java would also take {@code #40}, a sign, and digits of other scripts. */
  private static final Pattern UNSIGNED = Pattern.compile("0[xX][0-9a-fA-F]{1,8}|[0-9]{1,12}");

  private static <T> Values<T> of(String words, boolean emptyIsUnset, Function<String, T> parser) {
    return new Values<>(words, emptyIsUnset, (text, _) -> parser.apply(text));
  }

  /**
   * Reads what Go's {@code strconv.ParseBool} reads: {@code yes} and {@code on} are not booleans.
   */
  static Values<Boolean> bool() {
    return of(
        "true, false",
        true,
        text ->
            switch (text) {
              case "1", "t", "T", "TRUE", "true", "True" -> true;
              case "0", "f", "F", "FALSE", "false", "False" -> false;
              default -> throw new IllegalArgumentException("is not a boolean (true or false)");
            });
  }

  /**
   * Reads a flag as the AWS SDKs do: it is set by {@code true} in any case, and by nothing else.
   */
  static Values<Boolean> sdkFlag() {
    return of("true, false", true, text -> lower(text.strip()).equals("true"));
  }

  /** Allows whole numbers of at least 0; a negative one counts as malformed. */
  static Values<Integer> count() {
    return number(0, Integer.MAX_VALUE);
  }

  static Values<Integer> number(int min, int max) {
    var range = max == Integer.MAX_VALUE ? min + " or more" : min + " to " + max;
    return of(
        range,
        false,
        text -> {
          if (DECIMAL.matcher(text).matches()) {
            int number = Integer.parseInt(text);
            if (number >= min && number <= max) return number;
          }
          throw new IllegalArgumentException("is not a whole number of " + range);
        });
  }

  /** Reads a number as Go does: decimal, {@code 0x…} or {@code 0…}; 1 to 2^32 − 1, unsigned. */
  static Values<Integer> mark() {
    return of(
        "1 to 0xffffffff",
        false,
        text -> {
          try {
            long mark = UNSIGNED.matcher(text).matches() ? Long.decode(text) : 0;
            if (mark > 0 && mark <= 0xffff_ffffL) return (int) mark;
          } catch (NumberFormatException notOctal) {
            // It is told below, as a number out of range is.
          }
          throw new IllegalArgumentException("is not a number from 1 to 0xffffffff");
        });
  }

  /** Returns the same values, with another value for a bad text than for a missing one. */
  Values<T> otherwise(T instead) {
    return new Values<>(
        words,
        emptyIsUnset,
        (text, told) -> {
          try {
            return parser.apply(text, told);
          } catch (IllegalArgumentException wrong) {
            told.accept(wrong.getMessage() + "; using " + instead);
            return instead;
          }
        });
  }

  /** Allows any text, an empty one too. */
  static Values<String> text(String words) {
    return of(words, false, text -> text);
  }

  /** Allows any text that is not empty. */
  static Values<String> filled(String words) {
    return of(words, true, text -> text);
  }

  /**
   * Takes a text that somebody else checks.
   *
   * @param checked returns its argument, or throws and says what it is not
   */
  static Values<String> checked(String words, Function<String, String> checked) {
    return of(words, false, checked);
  }

  /** Allows one of a few words, written exactly so. */
  static Values<String> word(List<String> allowed) {
    return of(
        String.join(", ", allowed),
        true,
        text -> {
          if (allowed.contains(text)) return text;
          throw new IllegalArgumentException("is not one of " + String.join(", ", allowed));
        });
  }

  /** Allows one of a few words in upper or lower case; the value is in lower case. */
  static Values<String> wordInAnyCase(List<String> allowed) {
    var exact = word(allowed);
    return of(exact.words, true, text -> exact.parser.apply(lower(text), _ -> {}));
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  /** Reads a comma list; blanks around items do not count, and what is no IPv4 CIDR is left out. */
  static Values<List<Cidr>> ipv4Cidrs() {
    return new Values<>("IPv4 CIDRs, comma-separated", true, Values::ipv4Cidrs);
  }

  private static List<Cidr> ipv4Cidrs(String list, Consumer<String> leftOut) {
    var cidrs = new ArrayList<Cidr>();
    for (var item : list.split(",", -1)) {
      var text = item.strip();
      if (text.isEmpty()) continue;
      try {
        var cidr = Cidr.parse(text);
        if (!cidr.network().v6()) {
          cidrs.add(cidr);
          continue;
        }
      } catch (IllegalArgumentException malformed) {
        // It is told below, as an IPv6 one is.
      }
      leftOut.accept("\"" + text + "\" is not an IPv4 CIDR such as 10.0.0.0/8; left out");
    }
    return List.copyOf(cidrs);
  }
}
