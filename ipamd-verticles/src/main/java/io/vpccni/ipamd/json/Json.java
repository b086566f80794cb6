package io.vpccni.ipamd.json;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.minidev.json.JSONValue;
import net.minidev.json.parser.JSONParser;
import net.minidev.json.parser.ParseException;
import org.jspecify.annotations.Nullable;

/**
 * Values are {@code Map<String, Object>} in the order of the text, {@code List<Object>}, {@code
 * String}, {@code Integer}, {@code Long}, {@code BigInteger}, {@code Double}, {@code BigDecimal},
 * {@code Boolean} and null.
 */
public final class Json {
  /** The text must be strict RFC 4627; trailing text is an error. */
  private static final int MODE = JSONParser.MODE_RFC4627 & ~JSONParser.ACCEPT_TAILLING_DATA;

  private static final int INDENT = 4;

  private Json() {}

  /**
   * @throws MalformedJson if it is no JSON or no object
   */
  public static Map<String, @Nullable Object> object(String text) {
    return asObject(read(text));
  }

  /**
   * @throws MalformedJson if it is no JSON or no array
   */
  public static List<?> list(String text) {
    return asList(read(text));
  }

  /**
   * Returns the value as an object.
   *
   * @throws MalformedJson if it is none
   */
  public static Map<String, @Nullable Object> asObject(@Nullable Object value) {
    if (!(value instanceof Map<?, ?> map)) throw new MalformedJson("expected an object");
    var object = new LinkedHashMap<String, @Nullable Object>();
    map.forEach((key, member) -> object.put(String.valueOf(key), member));
    return object;
  }

  /**
   * Returns the value as a list.
   *
   * @throws MalformedJson if it is none
   */
  public static List<?> asList(@Nullable Object value) {
    if (value instanceof List<?> list) return list;
    throw new MalformedJson("expected an array");
  }

  /** Returns the value as text, or "" where it is absent or something else. */
  public static String text(Map<String, @Nullable Object> object, String key) {
    return object.get(key) instanceof String text ? text : "";
  }

  private static @Nullable Object read(String text) {
    try {
      return new JSONParser(MODE).parse(text, JSONValue.defaultReader.DEFAULT_ORDERED);
    } catch (ParseException malformed) {
      throw new MalformedJson(oneLine(malformed), malformed);
    }
  }

  private static String oneLine(ParseException malformed) {
    var message = String.valueOf(malformed.getMessage());
    return message.lines().findFirst().orElse("malformed");
  }

  /** Writes it without a blank. */
  public static String compact(@Nullable Object value) {
    var out = new StringBuilder();
    JsonWriter.write(out, value, 0, 0);
    return out.toString();
  }

  /** Writes one member a line, four blanks a level, and no newline at the end. */
  public static String indented(@Nullable Object value) {
    return indented(value, INDENT);
  }

  public static String indented(@Nullable Object value, int indent) {
    var out = new StringBuilder();
    JsonWriter.write(out, value, indent, 0);
    return out.toString();
  }
}
