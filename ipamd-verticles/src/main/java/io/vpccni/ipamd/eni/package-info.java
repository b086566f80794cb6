/** ENIs and the node as EC2 and IMDS describe them. This package has values only. */
@NullMarked
package io.vpccni.ipamd.eni;

import org.jspecify.annotations.NullMarked;
