package io.vpccni.netprog.nft;

import java.util.regex.Pattern;

/**
 * Brings the rules that test and set marks into one form, so that two of them are compared as
 * values. nft prints the same rule in several ways: it leaves out a mask of all ones, writes a mask
 * whose ones are all at the top as a prefix length, and versions differ in how they pad numbers.
 */
final class MarkExpression {
  private static final Pattern NUMBER = Pattern.compile("0x([0-9a-f]{1,8})(?![0-9a-f])");

  /** Matches {@code ct mark 0x80000000/1}, where the number after the slash is a prefix length. */
  private static final Pattern PREFIX =
      Pattern.compile("(ct|meta) mark (?:(!=) |== )?(0x[0-9a-f]{8})/([0-9]{1,2})(?![0-9])");

  /** Matches {@code ct mark 0xffffffff}, without a mask. */
  private static final Pattern UNMASKED_TEST =
      Pattern.compile("(ct|meta) mark (?:(!=) |== )?(0x[0-9a-f]{8})(?!/)");

  /** Matches {@code meta mark set ct mark}, without a mask, at the end of the rule. */
  private static final Pattern UNMASKED_COPY = Pattern.compile("mark set (ct|meta) mark$");

  private static final Pattern ALL_SET =
      Pattern.compile("mark set (?:ct|meta) mark \\| 0xffffffff$");
  private static final Pattern ALL_CLEARED =
      Pattern.compile("mark set (?:ct|meta) mark & 0x00000000$");

  private MarkExpression() {}

  /** Returns a text that two rules share exactly if they do the same. */
  static String canonical(String rule) {
    if (!rule.contains(" mark ")) {
      return rule;
    }
    var text =
        NUMBER.matcher(rule).replaceAll(found -> hex(Integer.parseUnsignedInt(found.group(1), 16)));
    text =
        PREFIX
            .matcher(text)
            .replaceAll(
                found ->
                    test(
                        found.group(1),
                        hex(mask(Integer.parseInt(found.group(4)))),
                        found.group(2),
                        found.group(3)));
    text =
        UNMASKED_TEST
            .matcher(text)
            .replaceAll(
                found -> test(found.group(1), "0xffffffff", found.group(2), found.group(3)));
    text = UNMASKED_COPY.matcher(text).replaceAll("mark set $1 mark & 0xffffffff");
    text = ALL_SET.matcher(text).replaceAll("mark set 0xffffffff");
    return ALL_CLEARED.matcher(text).replaceAll("mark set 0x00000000");
  }

  private static String test(
      String what, String mask, @org.jspecify.annotations.Nullable String not, String value) {
    return what + " mark & " + mask + (not == null ? " == " : " != ") + value;
  }

  /** Returns a mask of that many ones at the top. */
  private static int mask(int prefix) {
    return prefix == 0 ? 0 : -1 << (32 - prefix);
  }

  static String hex(int mark) {
    return "0x%08x".formatted(mark);
  }
}
