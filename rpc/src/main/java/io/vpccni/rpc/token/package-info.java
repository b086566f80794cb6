/** The bearer token that clients of the Kubernetes API send is here. */
@NullMarked
package io.vpccni.rpc.token;

import org.jspecify.annotations.NullMarked;
