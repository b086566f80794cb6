package io.vpccni.cli.output;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.List;

/**
 * Writes messages as JSON with the names that protobuf's own mapping uses. Unlike there, a field
 * that has its default value is written too, so that a program finds each name in each answer.
 */
public final class MessageJson {
  private MessageJson() {}

  public static JsonObject of(Message message) {
    var json = new JsonObject();
    for (var field : message.getDescriptorForType().getFields()) {
      if (field.isRepeated()) {
        var list = new JsonArray();
        ((List<?>) message.getField(field)).forEach(each -> list.add(value(field, each)));
        json.put(field.getJsonName(), list);
      } else if (!field.hasPresence() || message.hasField(field)) {
        json.put(field.getJsonName(), value(field, message.getField(field)));
      }
    }
    return json;
  }

  /** Returns an object with one list of messages. */
  public static JsonObject list(String name, Collection<? extends Message> messages) {
    var list = new JsonArray();
    messages.forEach(message -> list.add(of(message)));
    return new JsonObject().put(name, list);
  }

  private static Object value(FieldDescriptor field, Object value) {
    return switch (value) {
      case Timestamp time -> Ages.instant(time).toString();
      case Message message -> of(message);
      case EnumValueDescriptor constant -> constant.getName();
      case Integer number when field.getType() == FieldDescriptor.Type.UINT32 ->
          Integer.toUnsignedLong(number);
      default -> value;
    };
  }
}
