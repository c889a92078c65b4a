/* pem_readers FILE...: what OpenSSL loads of every FILE as a CA file.
 *
 * A line a file: its name and the first four bytes of the SHA-256 of each
 * certificate, or `fails`. Built with `cc pem_readers.c -lssl -lcrypto`.
 */
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>

/* Whether the call that programs make to load a CA file succeeds. */
static int loads(const char *path)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    int ok = SSL_CTX_load_verify_locations(context, path, NULL);

    SSL_CTX_free(context);
    ERR_clear_error();
    return ok;
}

/* The certificates in their order; the store that the call above fills has
 * none, and drops doubles. */
static void print(const char *path)
{
    BIO *in = BIO_new_file(path, "r");
    STACK_OF(X509_INFO) *infos = PEM_X509_INFO_read_bio(in, NULL, NULL, "");
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int length;
    const char *separator = "";

    if (infos == NULL) {
        fprintf(stderr, "%s: loads, but cannot be listed\n", path);
        exit(1);
    }
    for (int i = 0; i < sk_X509_INFO_num(infos); i++) {
        X509 *certificate = sk_X509_INFO_value(infos, i)->x509;

        if (certificate == NULL)
            continue;
        X509_digest(certificate, EVP_sha256(), digest, &length);
        printf("%s%02x%02x%02x%02x", separator, digest[0], digest[1], digest[2], digest[3]);
        separator = " ";
    }
    sk_X509_INFO_pop_free(infos, X509_INFO_free);
    BIO_free(in);
    ERR_clear_error();
}

int main(int count, char **paths)
{
    for (int i = 1; i < count; i++) {
        printf("%s\t", paths[i]);
        if (loads(paths[i]))
            print(paths[i]);
        else
            printf("fails");
        printf("\n");
    }
    return 0;
}
