/** ENIs and the node are described here as EC2 and IMDS show them. This package has values only. */
@NullMarked
package io.vpccni.ipamd.eni;

import org.jspecify.annotations.NullMarked;
