"""What programs say in the language of their user: English text to its translations, word for word.

keytool has its own resources; Java and tools hand on the words of the operating system, .NET and Windows their own.
"""

from __future__ import annotations

from collections.abc import Mapping

KEYTOOL_SAYS: Mapping[str, str] = {
    "Exception: Alias … does not exist": (
        "Exception: Alias … ist nicht vorhanden | Exception: El alias … no existe"
        " | Exception: L'alias … n'existe pas | Exception: L'alias … non esiste"
        " | Exception: 別名…は存在しません | Exception: … 별칭이 존재하지 않습니다"
        " | Exception: O alias … não existe | Exception: Aliaset … finns inte | Exception: 别名 … 不存在"
        " | Exception: 別名 … 不存在"
    ),
    "Alias … has no key": (
        "Alias … verfügt über keinen Schlüssel | El alias … no tiene clave"
        " | L'alias … n'est associé à aucune clé | All'alias … non è associata alcuna chiave"
        " | 別名…にはキーがありません | … 별칭에 키가 없습니다 | O alias … não tem chave"
        " | Aliaset … saknar nyckel | 别名 … 没有密钥 | 別名 … 沒有金鑰 | 別名…には鍵がありません"
    ),
    "Certificate not imported, alias … already exists": (
        "Zertifikat nicht importiert. Alias … ist bereits vorhanden"
        " | Certificado no importado, el alias … ya existe | Certificat non importé, l'alias … existe déjà"
        " | Impossibile importare il certificato, l'alias … è già esistente"
        " | 証明書はインポートされませんでした。別名…はすでに存在します"
        " | 인증서가 임포트되지 않았으며 … 별칭이 존재합니다"
        " | Certificado não importado, o alias … já existe"
        " | Certifikatet importerades inte. Aliaset … finns redan | 证书未导入, 别名 … 已经存在"
        " | 憑證未輸入, 別名 … 已經存在"
    ),
    "Key pair not generated, alias … already exists": (
        "Schlüsselpaar wurde nicht generiert. Alias … ist bereits vorhanden"
        " | No se ha generado el par de claves, el alias … ya existe"
        " | Paire de clés non générée, l'alias … existe déjà"
        " | Non è stata generata la coppia di chiavi, l'alias … è già esistente"
        " | キー・ペアは生成されませんでした。別名…はすでに存在します"
        " | 키 쌍이 생성되지 않았으며 … 별칭이 존재합니다 | Par de chaves não gerado; o alias … já existe"
        " | Nyckelparet genererades inte. Aliaset … finns redan | 未生成密钥对, 别名 … 已经存在"
        " | 沒有建立金鑰組, 別名 … 已經存在 | 鍵ペアは生成されませんでした。別名…はすでに存在します"
    ),
    "Destination alias … already exists": (
        "Zielalias … bereits vorhanden | El alias de destino … ya existe"
        " | L'alias de la destination … existe déjà | L'alias di destinazione … è già esistente"
        " | 出力先の別名…はすでに存在します | 대상 별칭 …이(가) 존재합니다 | O alias de destino … já existe"
        " | Destinationsaliaset … finns redan | 目标别名 … 已经存在 | 目的地別名 … 已經存在"
    ),
    "Failed to establish chain from reply": (
        "Kette konnte der Antwort nicht entnommen werden"
        " | No se ha podido definir una cadena a partir de la respuesta"
        " | Impossible de créer une chaîne à partir de la réponse"
        " | Impossibile stabilire la catena dalla risposta | 応答から連鎖を確立できませんでした"
        " | 회신의 체인 설정을 실패했습니다 | Falha ao estabelecer a cadeia a partir da resposta"
        " | Kunde inte upprätta kedja från svaret | 无法从回复中建立链 | 無法從回覆中將鏈建立起來"
    ),
    "Incomplete certificate chain in reply": (
        "Unvollständige Zertifikatskette in Antwort | Cadena de certificado incompleta en la respuesta"
        " | Chaîne de certificat incomplète dans la réponse"
        " | Catena dei certificati incompleta nella risposta | 応答した証明書チェーンは不完全です"
        " | 회신에 불완전한 인증서 체인이 있습니다 | Cadeia de certificados incompleta na resposta"
        " | Ofullständig certifikatskedja i svaret | 回复中的证书链不完整 | 回覆時的憑證鏈不完整"
    ),
    "Certificate reply does not contain public key for": (
        "Zertifikatantwort enthält keinen Public Key für"
        " | La respuesta de certificado no contiene una clave pública para"
        " | La réponse au certificat ne contient pas de clé publique pour"
        " | La risposta del certificato non contiene la chiave pubblica per"
        " | 証明書応答には、…の公開キーは含まれません"
        " | 인증서 회신에 …에 대한 공용 키가 포함되어 있지 않습니다"
        " | A resposta do certificado não contém a chave pública de"
        " | Certifikatsvaret innehåller inte någon öppen nyckel för | 证书回复中不包含 … 的公共密钥"
        " | 憑證回覆並未包含 … 的公開金鑰 | Zertifikatsantwort enthält keinen Public Key für"
        " | 証明書応答には、…の公開鍵は含まれません"
    ),
    "Public keys in reply and keystore don't match": (
        "Public Keys in Antwort und Keystore stimmen nicht überein"
        " | Las claves públicas en la respuesta y en el almacén de claves no coinciden"
        " | Les clés publiques de la réponse et du fichier de clés ne concordent pas"
        " | Le chiavi pubbliche nella risposta e nel keystore non corrispondono"
        " | 応答した公開キーとキーストアが一致しません | 회신과 키 저장소의 공용 키가 일치하지 않습니다"
        " | As chaves públicas da resposta e da área de armazenamento de chaves não correspondem"
        " | De offentliga nycklarna i svaret och nyckellagret matchar inte varandra"
        " | 回复中的公共密钥与密钥库不匹配 | 回覆時的公開金鑰與金鑰儲存庫不符"
        " | 応答した公開鍵とキーストアが一致しません"
    ),
    "Certificate reply and certificate in keystore are identical": (
        "Zertifikatantwort und Zertifikat in Keystore sind identisch"
        " | La respuesta del certificado y el certificado en el almacén de claves son idénticos"
        " | La réponse au certificat et le certificat du fichier de clés sont identiques"
        " | La risposta del certificato e il certificato nel keystore sono identici"
        " | 証明書応答とキーストア内の証明書が同じです | 회신과 키 저장소의 인증서가 동일합니다"
        " | O certificado da resposta e o certificado da área de armazenamento de chaves são idênticos"
        " | Certifikatsvaret och certifikatet i nyckellagret är identiska"
        " | 证书回复与密钥库中的证书是相同的 | 憑證回覆與金鑰儲存庫中的憑證是相同的"
        " | Zertifikatsantwort und Zertifikat in Keystore sind identisch"
    ),
    "Input not an X.509 certificate": (
        "Eingabe kein X.509-Zertifikat | La entrada no es un certificado X.509"
        " | L'entrée n'est pas un certificat X.509 | L'input non è un certificato X.509"
        " | 入力はX.509証明書ではありません | 입력이 X.509 인증서가 아닙니다"
        " | A entrada não é um certificado X.509 | Indata är inte ett X.509-certifikat"
        " | 所输入的不是 X.509 证书 | 輸入的不是 X.509 憑證"
    ),
    "Keystore file does not exist": (
        "Keystore-Datei ist nicht vorhanden | El archivo de almacén de claves no existe"
        " | Le fichier de clés n'existe pas | Il file keystore non esiste"
        " | キーストア・ファイルは存在しません | 키 저장소 파일이 존재하지 않음"
        " | O arquivo da área de armazenamento de chaves não existe | Nyckellagerfilen finns inte"
        " | 密钥库文件不存在 | 金鑰儲存庫檔案不存在"
    ),
    "Keystore file exists, but is empty": (
        "Keystore-Datei ist vorhanden, ist aber leer"
        " | El archivo de almacén de claves existe, pero está vacío | Fichier de clés existant mais vide"
        " | Il file keystore esiste ma è vuoto | キーストア・ファイルは存在しますが、空です"
        " | 키 저장소 파일이 존재하지만 비어 있음"
        " | O arquivo da área de armazenamento de chaves existe, mas está vazio"
        " | Nyckellagerfilen finns, men är tom | 密钥库文件存在, 但为空 | 金鑰儲存庫檔案存在, 但為空白"
    ),
    "Keystore password must be at least 6 characters": (
        "Keystore-Kennwort muss mindestens sechs Zeichen lang sein"
        " | La contraseña del almacén de claves debe tener al menos 6 caracteres"
        " | Un mot de passe de fichier de clés doit comporter au moins 6 caractères"
        " | La password del keystore deve contenere almeno 6 caratteri"
        " | キーストアのパスワードは6文字以上である必要があります"
        " | 키 저장소 비밀번호는 6자 이상이어야 합니다"
        " | A senha da área de armazenamento de chaves deve ter, no mínimo, 6 caracteres"
        " | Nyckellagerlösenordet måste innehålla minst 6 tecken | 密钥库口令至少必须为 6 个字符"
        " | 金鑰儲存庫密碼必須至少為 6 個字元"
    ),
    "New password must be at least 6 characters": (
        "Neues Kennwort muss mindestens sechs Zeichen lang sein"
        " | La nueva contraseña debe tener al menos 6 caracteres"
        " | Le nouveau mot de passe doit comporter au moins 6 caractères"
        " | La nuova password deve contenere almeno 6 caratteri"
        " | 新規パスワードは6文字以上である必要があります | 새 비밀번호는 6자 이상이어야 합니다"
        " | A nova senha deve ter, no mínimo, 6 caracteres"
        " | Det nya lösenordet måste innehålla minst 6 tecken | 新口令至少必须为 6 个字符"
        " | 新的密碼必須至少為 6 個字元"
    ),
    "Key password must be at least 6 characters": (
        "Schlüsselkennwort muss mindestens sechs Zeichen lang sein"
        " | La contraseña de clave debe tener al menos 6 caracteres"
        " | Un mot de passe de clé doit comporter au moins 6 caractères"
        " | La password della chiave deve contenere almeno 6 caratteri"
        " | キーのパスワードは6文字以上である必要があります | 키 비밀번호는 6자 이상이어야 합니다"
        " | A senha da chave deve ter, no mínimo, 6 caracteres"
        " | Nyckellösenordet måste innehålla minst 6 tecken | 密钥口令至少必须为 6 个字符"
        " | 金鑰密碼必須至少為 6 個字元 | 鍵のパスワードは6文字以上である必要があります"
    ),
}
"""keytool's own resources in JDK 8, 11, 17 and 21, measured: de, es, fr, it, ja, ko, pt_BR, sv, zh_CN, zh_TW."""

GLIBC_SAYS: Mapping[str, str] = {
    "ECONNREFUSED": (
        "Spojení odmítnuto | Verbindungsaufbau abgelehnt | Conexión rehusada | Connexion refusée"
        " | Connessione rifiutata | 接続を拒否されました | 연결이 거부됨 | Verbinding is geweigerd"
        " | Połączenie odrzucone | Conexão recusada | Ligação recusada | соединении отказано"
        " | Förbindelsen förvägrad | ConnectException: 拒绝连接 | ConnectException: 連線被拒絕"
    ),
    "Connection reset by peer": (
        "Spojení zrušeno druhou stranou | Die Verbindung wurde vom Kommunikationspartner zurückgesetzt"
        " | Conexión reinicializada por la máquina remota | Connexion ré-initialisée par le correspondant"
        " | Connessione interrotta dal corrispondente | 接続が相手からリセットされました"
        " | 상대편이 연결을 끊음 | Verbinding is weggevallen | Połączenie zerwane przez drugą stronę"
        " | Conexão fechada pela outra ponta | Ligação reposta pelo peer"
        " | Соединение разорвано другой стороной | Förbindelse borttagen av partnern"
        " | SocketException: 连接被对方重设 | SocketException: 連線被對方重設"
    ),
    "Broken pipe": (
        "Roura přerušena (SIGPIPE) | Datenübergabe unterbrochen (broken pipe) | Tubería rota"
        " | Relais brisé (pipe) | Pipe interrotta | 파이프가 깨어짐 | Gebroken pijp | Przerwany potok"
        " | Pipe quebrado | Túnel quebrado | Обрыв канала | Brutet rör | SocketException: 断开的管道"
        " | SocketException: 管線損壞"
    ),
    "ETIMEDOUT": (
        "Spojení bylo příliš dlouho neaktivní | Die Wartezeit für die Verbindung ist abgelaufen"
        " | Expiró el tiempo de conexión | Connexion terminée par expiration du délai d'attente"
        " | Connessione scaduta | 接続がタイムアウトしました | 연결 시간 초과 | Verbinding is verlopen"
        " | Przekroczony czas oczekiwania na połączenie | Tempo esgotado para conexão | Ligação expirada"
        " | Время ожидания соединения истекло | Förbindelsens tidsgräns löpte ut"
        " | ConnectException: 连接超时 | ConnectException: 連線超過時間"
    ),
    "No route to host": (
        "K počítači neexistuje cesta | Keine Route zum Zielrechner | No existe ninguna ruta hasta el `host'"
        " | Aucun chemin d'accès pour atteindre l'hôte cible | Nessun instradamento per l'host"
        " | ホストへの経路がありません | 호스트로 갈 루트가 없음 | Geen route naar host"
        " | Brak trasy do hosta | Não há rota para o host | Sem caminho para o anfitrião"
        " | Нет маршрута до узла | Ingen väg till värd | 没有到主机的路由 | 找不到通往該主機的路由路徑"
    ),
    "Network is unreachable": (
        "Síť není dostupná | Das Netzwerk ist nicht erreichbar | La red es inaccesible"
        " | Le réseau n'est pas accessible | La rete non è raggiungibile | ネットワークに届きません"
        " | 네트워크가 접근 불가능합니다 | Netwerk is onbereikbaar | Sieć jest niedostępna"
        " | A rede está fora de alcance | Rede inacessível | Сеть недоступна | Nätverket kan inte nås"
        " | SocketException: 网络不可达 | SocketException: 無法接觸網路"
    ),
    "Name or service not known": (
        "Neznámé jméno nebo služba | Der Name oder der Dienst ist nicht bekannt"
        " | Nombre o servicio desconocido | Nom ou service inconnu | Nome o servizio sconosciuto"
        " | 名前またはサービスが不明です | 이름 혹은 서비스를 알 수 없습니다"
        " | Naam of dienst is niet bekend | Ta nazwa lub usługa jest nieznana"
        " | Nome ou serviço desconhecido | Nome ou serviço desconhecidos | Неизвестное имя или служба"
        " | Namn eller tjänst okänd | 未知的名称或服务 | UnknownHostException: 名稱或服務未知"
    ),
    "Temporary failure in name resolution": (
        "Dočasná chyba při vyhodnocování jména | Temporärer Fehler bei der Namensauflösung"
        " | Fallo temporal en la resolución del nombre | Échec temporaire dans la résolution du nom"
        " | Errore temporaneo nella risoluzione del nome | 名前解決に一時的に失敗しました"
        " | name resolution에서 일시적인 실패 | Tijdelijk probleem in naamsherleiding"
        " | Odwzorowanie nazwy jest chwilowo niemożliwe | Falha temporário na resolução de nome"
        " | Falha temporária na resolução de nome | Временный сбой в разрешении имен"
        " | Namnuppslagning misslyckades temporärt | 域名解析暂时失败 | 解析名稱時發生暫時性錯誤"
    ),
    "Software caused connection abort": (
        "Software způsobil ukončení spojení (abort) | Das Programm verursachte den Abbruch der Verbindung"
        " | El programa provocó el fin de la conexión | Le logiciel a provoqué l'abandon de la connexion"
        " | Connessione interrotta per un problema software | ソフトウェアが接続を中断しました"
        " | 소프트웨어가 연결 중단을 초래했습니다 | Verbinding is verbroken door lokaal probleem"
        " | Oprogramowanie spowodowało przerwanie połączenia | Término de conexão causada por software"
        " | O programa abortou a ligação | Программа вызвала разрыв соединения"
        " | Programvaran orsakade ett förbindelsebrott | 由软件导致的连接断开 | 軟體造成連線中斷"
    ),
}
"""glibc's catalogues (2.36): cs, de, es, fr, it, ja, ko, nl, pl, pt_BR, pt, ru, sv, zh_CN, zh_TW. A short one counts
behind the exception's class only."""

WINDOWS_SAYS: Mapping[str, str] = {
    "An existing connection was forcibly closed by the remote host": (
        "Eine vorhandene Verbindung wurde vom Remotehost geschlossen"
        " | Se ha forzado la interrupción de una conexión existente por el host remoto"
        " | Une connexion existante a dû être fermée par l'hôte distant"
        " | Connessione in corso interrotta forzatamente dall'host remoto"
        " | 既存の接続はリモート ホストに強制的に切断されました"
        " | Foi forçado o cancelamento de uma conexão existente pelo host remoto"
        " | 远程主机强迫关闭了一个现有的连接"
    ),
    "An established connection was aborted by the software in your host machine": (
        "Eine bestehende Verbindung wurde softwaregesteuert durch den Hostcomputer abgebrochen"
        " | Se ha anulado una conexión establecida por el software en su equipo host"
        " | Une connexion établie a été abandonnée par un logiciel de votre ordinateur hôte"
        " | Uma conexão estabelecida foi anulada pelo software no computador host"
        " | 你的主机中的软件中止了一个已建立的连接 | 您的主机中的软件中止了一个已建立的连接"
    ),
    "target machine actively refused it": (
        "da der Zielcomputer die Verbindung verweigerte"
        " | el equipo de destino denegó expresamente dicha conexión"
        " | l'ordinateur cible l'a expressément refusée | Rifiuto persistente del computer di destinazione"
        " | 対象のコンピューターによって拒否されたため | a máquina de destino as recusou ativamente"
        " | 由于目标计算机积极拒绝"
    ),
    "connection attempt failed because the connected party": (
        "Ein Verbindungsversuch ist fehlgeschlagen, da die Gegenstelle"
        " | error durante el intento de conexión ya que la parte conectada"
        " | Une tentative de connexion a échoué car le parti connecté"
        " | Uma tentativa de conexão falhou porque o componente conectado"
        " | 接続済みの呼び出し先が一定の時間を過ぎても正しく応答しなかったため"
    ),
    "The remote name could not be resolved": (
        "Der Remotename konnte nicht aufgelöst werden | No se puede resolver el nombre remoto"
        " | Le nom distant n'a pas pu être résolu | Impossibile risolvere il nome remoto"
        " | リモート名を解決できませんでした | O nome remoto não pôde ser resolvido | 未能解析此远程名称"
    ),
    "Could not establish trust relationship": (
        "Für den geschützten SSL/TLS-Kanal konnte keine Vertrauensstellung hergestellt werden"
        " | relación de confianza para el canal seguro SSL/TLS"
        " | relation de confiance pour le canal sécurisé SSL/TLS"
        " | relazione di trust per il canale sicuro SSL/TLS | relação de confiança para o canal seguro"
        " | SSL/TLS のセキュリティで保護されているチャネルに対する信頼関係を確立できませんでした"
        " | 未能为 SSL/TLS 安全通道建立信任关系"
    ),
    "Could not create SSL/TLS secure channel": (
        "Es konnte kein geschützter SSL/TLS-Kanal erstellt werden"
        " | No se puede crear un canal seguro SSL/TLS | Impossible de créer un canal sécurisé SSL/TLS"
        " | Impossibile creare un canale sicuro SSL/TLS"
        " | SSL/TLS のセキュリティで保護されているチャネルを作成できませんでした"
        " | possível criar o canal seguro SSL/TLS | possível criar um canal seguro para SSL/TLS"
        " | 未能创建 SSL/TLS 安全通道"
    ),
}
"""Windows' messages and .NET Framework's, as public pages and programs quote them: de, es, fr, it, ja, pt, zh_CN."""

NO_SUCH_FILE: Mapping[str, str] = {
    "No such file or directory": (
        "Adresář nebo soubor neexistuje | Datei oder Verzeichnis nicht gefunden"
        " | No existe el fichero o el directorio | Aucun fichier ou dossier de ce type"
        " | File o directory non esistente | そのようなファイルやディレクトリはありません"
        " | 그런 파일이나 디렉터리가 없습니다 | Bestand of map bestaat niet"
        " | Nie ma takiego pliku ani katalogu | Arquivo ou diretório inexistente"
        " | Ficheiro ou pasta inexistente | Нет такого файла или каталога"
        " | Filen eller katalogen finns inte | 没有那个文件或目录 | 沒有此一檔案或目錄"
    ),
    "The system cannot find the file specified": (
        "Das System kann die angegebene Datei nicht finden"
        " | El sistema no puede encontrar el archivo especificado | Le fichier spécifié est introuvable"
        " | Impossibile trovare il file specificato | 指定されたファイルが見つかりません。"
        " | O sistema não pode encontrar o arquivo especificado | 系统找不到指定的文件。"
    ),
}
"""The operating system's words for a file that is not there, glibc's and Windows'; Java sets them behind the path."""

KEYSTORE_ENDINGS = (".jks", ".p12", ".pfx", ".keystore")
"""How the name of a keystore's file ends."""
