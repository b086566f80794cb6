package io.vpccni.rpc.address;

import java.util.ArrayList;
import java.util.List;

/** RFC 4291 in, RFC 5952 out. */
final class Ipv6Text {
  private static final int GROUPS = 8;

  private Ipv6Text() {}

  static Ip parse(String text) {
    int gap = text.indexOf("::");
    List<Integer> head = groups(text, gap < 0 ? text : text.substring(0, gap), gap < 0);
    List<Integer> tail = gap < 0 ? List.of() : groups(text, text.substring(gap + 2), true);
    int given = head.size() + tail.size();
    // "::" stands for at least one group of zeros.
    if (gap < 0 ? given != GROUPS : given >= GROUPS) {
      throw bad(text);
    }
    var all = new ArrayList<Integer>(head);
    while (all.size() < GROUPS - tail.size()) {
      all.add(0);
    }
    all.addAll(tail);
    return Ip.v6(join(all.subList(0, 4)), join(all.subList(4, 8)));
  }

  private static List<Integer> groups(String whole, String part, boolean last) {
    var groups = new ArrayList<Integer>();
    if (part.isEmpty()) {
      return groups;
    }
    var words = part.split(":", -1);
    for (int i = 0; i < words.length; i++) {
      if (last && i == words.length - 1 && words[i].indexOf('.') >= 0) {
        int bits = (int) Ipv4Text.parse(words[i]).low();
        groups.add(bits >>> 16);
        groups.add(bits & 0xffff);
      } else {
        groups.add(group(whole, words[i]));
      }
    }
    return groups;
  }

  private static int group(String whole, String word) {
    if (word.isEmpty() || word.length() > 4) {
      throw bad(whole);
    }
    int value = 0;
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      int digit = c < 128 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        throw bad(whole);
      }
      value = value << 4 | digit;
    }
    return value;
  }

  private static long join(List<Integer> groups) {
    long bits = 0;
    for (int group : groups) {
      bits = bits << 16 | group;
    }
    return bits;
  }

  /** The longest run of two or more zero groups becomes "::", the first one of equal runs. */
  static String write(Ip ip) {
    var groups = new int[GROUPS];
    for (int i = 0; i < GROUPS; i++) {
      long half = i < 4 ? ip.high() : ip.low();
      groups[i] = (int) (half >>> (48 - 16 * (i % 4))) & 0xffff;
    }
    int start = -1;
    int length = 1;
    for (int i = 0; i < GROUPS; i++) {
      int run = 0;
      while (i + run < GROUPS && groups[i + run] == 0) {
        run++;
      }
      if (run > length) {
        start = i;
        length = run;
      }
      i += run;
    }
    var out = new StringBuilder(39);
    for (int i = 0; i < GROUPS; i++) {
      if (i == start) {
        out.append("::");
        i += length - 1;
        continue;
      }
      if (!out.isEmpty() && out.charAt(out.length() - 1) != ':') {
        out.append(':');
      }
      out.append(Integer.toHexString(groups[i]));
    }
    return out.toString();
  }

  private static IllegalArgumentException bad(String text) {
    return new IllegalArgumentException("not an IP address: \"" + text + "\"");
  }
}
