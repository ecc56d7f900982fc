// Catalogues
