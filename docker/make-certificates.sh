#!/bin/sh
# Makes a certificate authority and one certificate that covers every Zoho host, for local use:
#   make-certificates.sh FOLDER   →   FOLDER/ca.pem, FOLDER/zoho.pem (key and certificate)
set -eu
folder=${1:?usage: make-certificates.sh FOLDER}
[ -s "$folder/zoho.pem" ] && exit 0
command -v openssl >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends openssl >/dev/null; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

names=
for domain in zoho.com zoho.eu zoho.in zoho.com.au zoho.jp zoho.com.cn zohocloud.ca zoho.sa zoho.uk zoho.ae \
    zohoapis.com zohoapis.eu zohoapis.in zohoapis.com.au zohoapis.jp zohoapis.com.cn zohoapis.ca zohoapis.sa zohoapis.uk; do
    names="$names${names:+,}DNS:*.$domain"
done

openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=Tollgate local authority" \
    -addext "basicConstraints=critical,CA:TRUE" -keyout "$work/ca.key" -out "$work/ca.pem" 2>/dev/null
openssl req -newkey rsa:2048 -nodes -subj "/CN=Zoho, simulated" -keyout "$work/zoho.key" -out "$work/zoho.csr" 2>/dev/null
printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth\n' "$names" >"$work/extensions"
openssl x509 -req -in "$work/zoho.csr" -CA "$work/ca.pem" -CAkey "$work/ca.key" -CAcreateserial -days 825 \
    -extfile "$work/extensions" -out "$work/zoho.crt" 2>/dev/null

cp "$work/ca.pem" "$folder/ca.pem"
cat "$work/zoho.crt" "$work/zoho.key" >"$folder/zoho.pem.new"
chmod 644 "$folder/ca.pem" "$folder/zoho.pem.new"
mv "$folder/zoho.pem.new" "$folder/zoho.pem"
