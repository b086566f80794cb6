package io.vpccni.ipamd.checkpoint;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import net.minidev.json.JSONObject;
import net.minidev.json.JSONStyle;
import net.minidev.json.JSONValue;
import net.minidev.json.parser.JSONParser;
import net.minidev.json.parser.ParseException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JSON object with typed access: what is missing or of another type is named, not guessed.
 */
record Fields(String where, Map<?, ?> values) {

  /** Something is not as the format says; the message says what and where. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1;

    Malformed(String message) {
      super(message);
    }
  }

  static Fields parse(String text) throws Malformed {
    try {
      Object parsed = // not var: the ordered reader returns another class than it declares
          new JSONParser(JSONParser.MODE_RFC4627)
              .parse(text, JSONValue.defaultReader.DEFAULT_ORDERED);
      return of("the file", parsed);
    } catch (ParseException broken) {
      throw new Malformed("not JSON: " + broken.getMessage());
    } catch (ArithmeticException | IllegalArgumentException odd) {
      throw new Malformed("not a number: " + odd.getMessage()); // json-smart on 1e999999999
    }
  }

  static Fields of(String where, @Nullable Object value) throws Malformed {
    if (value instanceof Map<?, ?> map) {
      return new Fields(where, map);
    }
    throw new Malformed(where + " is not an object");
  }

  /** Writes an object on one line, without the escapes that only web pages need. */
  static String write(Map<String, ?> object) {
    return JSONObject.toJSONString(object, new JSONStyle(JSONStyle.FLAG_PROTECT_4WEB));
  }

  boolean has(String key) {
    return values.get(key) != null;
  }

  /** Reads a value, which is empty where it is absent. */
  String text(String key) throws Malformed {
    return switch (values.get(key)) {
      case null -> "";
      case String text -> text;
      default -> throw wrong(key, "a text");
    };
  }

  /** Reads a number, which is 0 where it is absent. */
  long number(String key) throws Malformed {
    return switch (values.get(key)) {
      case null -> 0;
      case Integer number -> number;
      case Long number -> number;
      default -> throw wrong(key, "a whole number");
    };
  }

  int count(String key) throws Malformed {
    long number = number(key);
    if (number < 0 || number > 1_000_000) {
      throw wrong(key, "a number from 0 to 1000000");
    }
    return (int) number;
  }

  boolean flag(String key) throws Malformed {
    return switch (values.get(key)) {
      case null -> false;
      case Boolean flag -> flag;
      default -> throw wrong(key, "true or false");
    };
  }

  Fields object(String key) throws Malformed {
    return of(where + "." + key, values.get(key));
  }

  List<Fields> objects(String key) throws Malformed {
    var objects = new ArrayList<Fields>();
    for (var value : list(key)) {
      objects.add(of(where + "." + key + "[" + objects.size() + "]", value));
    }
    return objects;
  }

  <T> List<T> texts(String key, Function<String, T> reader) throws Malformed {
    var texts = new ArrayList<T>();
    for (var value : list(key)) {
      texts.add(read(key, value, reader));
    }
    return texts;
  }

  Ip ip(String key) throws Malformed {
    return read(key, values.get(key), Ip::parse);
  }

  Optional<Ip> someIp(String key) throws Malformed {
    return has(key) ? Optional.of(ip(key)) : Optional.empty();
  }

  Optional<Cidr> someCidr(String key) throws Malformed {
    return has(key) ? Optional.of(read(key, values.get(key), Cidr::parse)) : Optional.empty();
  }

  /** Returns an object whose values are milliseconds since 1970. */
  <K> Map<K, Instant> instants(String key, Function<String, K> reader) throws Malformed {
    var instants = new LinkedHashMap<K, Instant>();
    if (has(key)) {
      var object = object(key);
      for (var name : object.values.keySet()) {
        try {
          instants.put(
              read(key, name, reader), Instant.ofEpochMilli(object.number(String.valueOf(name))));
        } catch (DateTimeException tooFar) {
          throw wrong(key, "a time");
        }
      }
    }
    return instants;
  }

  List<?> list(String key) throws Malformed {
    return switch (values.get(key)) {
      case null -> List.of();
      case List<?> list -> list;
      default -> throw wrong(key, "a list");
    };
  }

  <T> T read(String key, @Nullable Object value, Function<String, T> reader) throws Malformed {
    if (!(value instanceof String text)) {
      throw wrong(key, "a text");
    }
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException unreadable) {
      throw new Malformed(where + "." + key + ": " + unreadable.getMessage());
    }
  }

  private Malformed wrong(String key, String wanted) {
    return new Malformed(where + "." + key + " is not " + wanted);
  }
}
