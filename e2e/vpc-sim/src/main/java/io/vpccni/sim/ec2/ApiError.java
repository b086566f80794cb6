package io.vpccni.sim.ec2;

import java.io.Serial;

/**
 * EC2 refuses a call; nothing has changed then. The code is EC2's own, and clients decide by it.
 */
public final class ApiError extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final int httpStatus;
  private final String code;

  public ApiError(int httpStatus, String code, String message) {
    super(message, null, false, false); // an expected outcome: no stack trace to pay for
    this.httpStatus = httpStatus;
    this.code = code;
  }

  /** Returns an error with the HTTP status that EC2 gives with this code. */
  public static ApiError of(String code, String message) {
    return new ApiError(statusOf(code), code, message);
  }

  private static int statusOf(String code) {
    return switch (code) {
      case "RequestLimitExceeded", "Unavailable", "ServiceUnavailable" -> 503;
      case "InternalError", "InternalFailure" -> 500;
      case "UnauthorizedOperation", "SignatureDoesNotMatch" -> 403;
      case "AuthFailure" -> 401;
      case "DryRunOperation" -> 412;
      default -> 400;
    };
  }

  public int httpStatus() {
    return httpStatus;
  }

  public String code() {
    return code;
  }

  public String text() {
    return String.valueOf(getMessage());
  }

  static ApiError missing(String parameter) {
    return of("MissingParameter", "The request must contain the parameter " + parameter);
  }

  static ApiError invalid(String message) {
    return of("InvalidParameterValue", message);
  }

  static ApiError combination(String message) {
    return of("InvalidParameterCombination", message);
  }

  static ApiError noEni(String... ids) {
    return none("InvalidNetworkInterfaceID.NotFound", "networkInterface ID", ids);
  }

  static ApiError noSubnet(String... ids) {
    return none("InvalidSubnetID.NotFound", "subnet ID", ids);
  }

  static ApiError noVpc(String... ids) {
    return none("InvalidVpcID.NotFound", "vpc ID", ids);
  }

  static ApiError noInstance(String... ids) {
    return none("InvalidInstanceID.NotFound", "instance ID", ids);
  }

  static ApiError noGroup(String... ids) {
    return none("InvalidGroup.NotFound", "security group", ids);
  }

  static ApiError noRouteTable(String... ids) {
    return none("InvalidRouteTableID.NotFound", "routeTable ID", ids);
  }

  /** Returns an error that names all unknown ids in one text, as EC2 does. */
  private static ApiError none(String code, String what, String... ids) {
    return of(
        code,
        ids.length == 1
            ? "The " + what + " '" + ids[0] + "' does not exist"
            : "The " + what + "s '" + String.join(", ", ids) + "' do not exist");
  }
}
