package io.vpccni.sim.query;

import io.vpccni.sim.ec2.ApiError;
import java.util.function.Consumer;

/**
 * Writes the answers of AWS's older query services, STS and CloudWatch; EC2 has forms of its own.
 */
public final class QueryResponse {
  private QueryResponse() {}

  public static String done(String action, String namespace, String requestId) {
    return Xml.root(action + "Response", namespace, xml -> metadata(xml, requestId));
  }

  public static String result(
      String action, String namespace, String requestId, Consumer<Xml> result) {
    return Xml.root(
        action + "Response",
        namespace,
        xml -> {
          xml.nested(action + "Result", result);
          metadata(xml, requestId);
        });
  }

  private static void metadata(Xml xml, String requestId) {
    xml.nested("ResponseMetadata", _ -> xml.element("RequestId", requestId));
  }

  public static String error(ApiError error, String namespace, String requestId) {
    return Xml.root(
        "ErrorResponse",
        namespace,
        xml ->
            xml.nested(
                    "Error",
                    _ ->
                        xml.element("Type", "Sender")
                            .element("Code", error.code())
                            .element("Message", error.text()))
                .element("RequestId", requestId));
  }
}
