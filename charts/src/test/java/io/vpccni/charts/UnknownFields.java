package io.vpccni.charts;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds fields that Kubernetes does not know. The model keeps them aside, as the API server would
 * drop them, so that a misspelled field would have no effect and nobody would be told. Custom
 * resources are not looked into, because the model knows none of their fields.
 */
final class UnknownFields {
  private static final String MODEL = "io.fabric8.kubernetes.api.model";

  private final List<String> found = new ArrayList<>();

  private UnknownFields() {}

  /** Returns the paths of the fields that the model does not know. */
  static List<String> of(Object object) {
    var search = new UnknownFields();
    search.look("", object);
    return search.found;
  }

  private void look(String path, @Nullable Object value) {
    switch (value) {
      case null -> {}
      case Map<?, ?> map -> map.forEach((key, each) -> look(path + "." + key, each));
      case Collection<?> list -> list.forEach(each -> look(path + "[]", each));
      case Object object when object.getClass().getName().startsWith(MODEL) ->
          lookInside(path, object);
      case Object _ -> {}
    }
  }

  private void lookInside(String path, Object object) {
    if (object instanceof Enum<?> || object instanceof GenericKubernetesResource) return;
    for (var method : object.getClass().getMethods()) {
      if (!isGetter(method)) continue;
      var value = call(method, object);
      if (method.getName().equals("getAdditionalProperties")) {
        if (value != null) ((Map<?, ?>) value).keySet().forEach(key -> found.add(path + "." + key));
      } else {
        look(path + "." + method.getName().substring(3), value);
      }
    }
  }

  private static boolean isGetter(Method method) {
    return method.getName().startsWith("get")
        && method.getParameterCount() == 0
        && !method.isDefault()
        && method.getDeclaringClass().getName().startsWith(MODEL);
  }

  private static @Nullable Object call(Method getter, Object object) {
    try {
      return getter.invoke(object);
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException(getter + " cannot be called", impossible);
    }
  }
}
